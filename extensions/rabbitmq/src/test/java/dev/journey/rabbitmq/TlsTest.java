package dev.journey.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.amqp.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Spring Boot's settings for TLS, with certificates that are made here. */
@Timeout(60)
class TlsTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    private static Relay relay;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        certificate("broker", "dns:localhost");
        certificate("stranger", "dns:localhost");
        relay = new Relay(0);
        port = relay.up(
                serverContext().getServerSocketFactory().createServerSocket(0, 10, InetAddress.getByName(null)));
    }

    @AfterAll
    static void stop() throws Exception {
        relay.down();
    }

    @Test
    void connectsToTheBrokerThatTheTrustedCertificateNames() {
        runner("localhost", "broker").run(context -> {
            try (AutoCloseable connection =
                    context.getBean(ConnectionFactory.class).createConnection()) {
                assertThat(connection).isNotNull();
            }
        });
    }

    @Test
    void refusesABrokerWhoseCertificateIsNotTrusted() {
        assertRefused("localhost", "stranger");
    }

    @Test
    void refusesABrokerOfAnotherName() {
        assertRefused("127.0.0.1", "broker");
    }

    private static void assertRefused(String host, String trusted) {
        runner(host, trusted).run(context -> assertThatThrownBy(
                        () -> context.getBean(ConnectionFactory.class).createConnection())
                .isInstanceOf(AmqpException.class)
                .hasCauseInstanceOf(SSLHandshakeException.class));
    }

    private static ApplicationContextRunner runner(String host, String trusted) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        SslAutoConfiguration.class, RabbitMQAutoConfiguration.class, RabbitAutoConfiguration.class))
                .withPropertyValues(
                        "spring.ssl.bundle.pem.broker.truststore.certificate=file:" + folder.resolve(trusted + ".pem"),
                        "spring.rabbitmq.ssl.enabled=true",
                        "spring.rabbitmq.ssl.bundle=broker",
                        "spring.rabbitmq.host=" + host,
                        "spring.rabbitmq.port=" + port);
    }

    private static SSLContext serverContext() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (FileInputStream file =
                new FileInputStream(folder.resolve("broker.p12").toFile())) {
            keys.load(file, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void certificate(String name, String subject) throws Exception {
        keytool(name, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=" + subject);
        keytool(
                name,
                "-exportcert",
                "-rfc",
                "-file",
                folder.resolve(name + ".pem").toString());
    }

    private static void keytool(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString()),
                        Stream.of(arguments))
                .toList();
        List<String> store = List.of(
                "-alias",
                name,
                "-storepass",
                PASSWORD,
                "-keystore",
                folder.resolve(name + ".p12").toString());
        Process process = new ProcessBuilder(
                        Stream.concat(command.stream(), store.stream()).toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }
}
