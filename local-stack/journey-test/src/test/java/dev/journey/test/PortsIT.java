package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
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

    @Test
    void managementIsOfThisHostAloneUnlessToldOtherwise() throws Exception {
        for (Application application : journey.applications()) {
            assertThat(listening(application))
                    .as(application.service())
                    .filteredOn(socket -> socket.getPort() == application.managementPort())
                    .singleElement()
                    .satisfies(socket -> assertThat(socket.getAddress().isLoopbackAddress())
                            .as(socket.toString())
                            .isTrue());
        }
    }

    private static List<Integer> ports(Application application) throws IOException {
        return listening(application).stream().map(InetSocketAddress::getPort).toList();
    }

    private static List<InetSocketAddress> listening(Application application) throws IOException {
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
        List<InetSocketAddress> listening = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(process.resolve("net").resolve(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns[3].equals(LISTENING) && sockets.contains("socket:[" + columns[9] + "]")) {
                    listening.add(address(columns[1]));
                }
            }
        }
        return listening;
    }

    /** As proc(5) has it: an address in words of this machine's byte order, a colon and a port, all hexadecimal. */
    private static InetSocketAddress address(String text) throws IOException {
        int colon = text.indexOf(':');
        byte[] words = HexFormat.of().parseHex(text.substring(0, colon));
        ByteBuffer network = ByteBuffer.allocate(words.length);
        for (ByteBuffer word = ByteBuffer.wrap(words).order(ByteOrder.nativeOrder()); word.hasRemaining(); ) {
            network.putInt(word.getInt());
        }
        int port = Integer.parseInt(text.substring(colon + 1), 16);
        return new InetSocketAddress(InetAddress.getByAddress(network.array()), port);
    }
}
