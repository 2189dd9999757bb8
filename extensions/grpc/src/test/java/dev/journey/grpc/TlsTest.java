package dev.journey.grpc;

import static dev.journey.grpc.Service.RESPONSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Processor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.util.TestSocketUtils;

/** Encrypted calls by SSL bundles, with certificates that the JDK's keytool makes for the test. */
@Timeout(90)
class TlsTest {

    private static final Processor ANSWERING = exchange -> exchange.getMessage().setBody(RESPONSE);
    private static final String SERVER_NAME = "journey.grpc.server.ssl-bundle=server";
    private static final String CLIENT_NAME = "journey.grpc.client.ssl-bundle=client";

    @TempDir
    private static Path certificates;

    private final int port = TestSocketUtils.findAvailableTcpPort();

    @BeforeAll
    static void makeCertificates() throws Exception {
        make("server", "DNS:localhost");
        make("elsewhere", "DNS:elsewhere.example");
        make("client", "DNS:client.example");
        make("stranger", "DNS:stranger.example");
        trust("server", "client");
        trust("client", "server", "elsewhere");
        trust("stranger", "server");
    }

    @Test
    void theRightCertificateIsServed() {
        try (Service service =
                new Service(port, port, ANSWERING, with(SERVER_NAME, CLIENT_NAME, bundles("server", "client")))) {
            assertThat(service.call()).isEqualTo(Status.OK);
        }
    }

    @Test
    void bothSidesCanBeMadeToShowOne() {
        try (Service service =
                new Service(port, port, ANSWERING, with(mutual(), CLIENT_NAME, bundles("server", "client")))) {
            assertThat(service.call()).isEqualTo(Status.OK);
        }
    }

    @Test
    void anotherHostsCertificateIsRefused() {
        assertRefused(with(SERVER_NAME, CLIENT_NAME, bundles("elsewhere", "client")));
    }

    @Test
    void aServerThatTheClientDoesNotTrustIsRefused() {
        assertRefused(with(SERVER_NAME, CLIENT_NAME, bundles("client", "client")));
    }

    @Test
    void aClientThatTheServerDoesNotTrustIsRefused() {
        assertRefused(with(mutual(), CLIENT_NAME, bundles("server", "stranger")));
    }

    @Test
    void aClientWithoutACertificateIsRefused() {
        List<String> bundles = new ArrayList<>(bundles("server", "client"));
        bundles.removeIf(property -> property.contains("client.keystore"));
        assertRefused(with(mutual(), CLIENT_NAME, bundles));
    }

    @Test
    void plainTextIsRefused() {
        assertRefused(with(SERVER_NAME, "camel.main.name=plain", bundles("server", "client")));
    }

    @Test
    void aCertificateIsExchangedWhileTheServerRuns() throws IOException {
        Path store = certificates.resolve("renewed.p12");
        Files.copy(certificates.resolve("elsewhere.p12"), store, StandardCopyOption.REPLACE_EXISTING);
        List<String> bundles = new ArrayList<>(bundles("renewed", "client"));
        bundles.removeIf(property -> property.contains("server.truststore"));
        bundles.add("spring.ssl.bundle.jks.server.reload-on-update=true");
        bundles.add("spring.ssl.bundle.watch.file.quiet-period=200ms");
        try (Service service = new Service(port, port, ANSWERING, with(SERVER_NAME, CLIENT_NAME, bundles))) {
            assertThat(service.call().getCode()).isEqualTo(Status.Code.UNAVAILABLE);

            Files.copy(certificates.resolve("server.p12"), store, StandardCopyOption.REPLACE_EXISTING);

            await().atMost(Duration.ofSeconds(30)).until(() -> service.call().isOk());
        }
    }

    private static String mutual() {
        return SERVER_NAME + " journey.grpc.server.client-auth=need";
    }

    private void assertRefused(String... properties) {
        try (Service service = new Service(port, port, ANSWERING, properties)) {
            Status status = service.call();
            assertThat(status.getCode()).as(status.toString()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    private static String[] with(String server, String client, List<String> bundles) {
        List<String> properties = new ArrayList<>(bundles);
        properties.addAll(List.of(server.split(" ")));
        properties.add(client);
        return properties.toArray(String[]::new);
    }

    private static List<String> bundles(String server, String client) {
        List<String> properties = new ArrayList<>();
        add(properties, "server", server);
        add(properties, "client", client);
        return properties;
    }

    private static void add(List<String> properties, String bundle, String files) {
        String prefix = "spring.ssl.bundle.jks." + bundle + ".";
        properties.add(prefix + "keystore.location=" + certificates.resolve(files + ".p12"));
        properties.add(prefix + "keystore.password=changeit");
        properties.add(prefix + "truststore.location=" + certificates.resolve(files + "-trust.p12"));
        properties.add(prefix + "truststore.password=changeit");
    }

    private static void make(String name, String alternativeName) throws Exception {
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-validity",
                "2",
                "-ext",
                "SAN=" + alternativeName,
                "-keystore",
                name + ".p12");
        keytool("-exportcert", "-alias", name, "-keystore", name + ".p12", "-file", name + ".cer");
    }

    private static void trust(String name, String... trusted) throws Exception {
        for (String other : trusted) {
            keytool(
                    "-importcert",
                    "-noprompt",
                    "-alias",
                    other,
                    "-file",
                    other + ".cer",
                    "-keystore",
                    name + "-trust.p12");
        }
        if (name.equals("client")) {
            Files.copy(certificates.resolve("client-trust.p12"), certificates.resolve("elsewhere-trust.p12"));
        }
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", "changeit"));
        Process process = new ProcessBuilder(command)
                .directory(certificates.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
