package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each service listens on the ports that it says, and on no other. */
@ExtendWith(JourneyExtension.class)
@EnabledOnOs(OS.LINUX)
class PortsIT {

    private static final String LISTENING = "0A";

    private final Journey journey;

    PortsIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void onlyDeclaredPortsListen() throws Exception {
        assertThat(ports(journey.gateway()))
                .containsExactlyInAnyOrder(
                        journey.client().port(), journey.gateway().managementPort());
        assertThat(ports(journey.checkout()))
                .containsExactlyInAnyOrder(
                        journey.grpcPort(), journey.checkout().managementPort());
        assertThat(ports(journey.stock()))
                .containsExactlyInAnyOrder(journey.stock().managementPort());
    }

    private static Set<Integer> ports(Application application) throws IOException {
        Path process = Path.of("/proc", Long.toString(application.pid()));
        Set<String> sockets = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    sockets.add(Files.readSymbolicLink(descriptor).toString());
                } catch (NoSuchFileException closed) {
                    // Between being listed and being read.
                }
            }
        }
        Set<Integer> ports = new TreeSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(process.resolve("net").resolve(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns[3].equals(LISTENING) && sockets.contains("socket:[" + columns[9] + "]")) {
                    ports.add(Integer.parseInt(columns[1].substring(columns[1].lastIndexOf(':') + 1), 16));
                }
            }
        }
        return ports;
    }
}
