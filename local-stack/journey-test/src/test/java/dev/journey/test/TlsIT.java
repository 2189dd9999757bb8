package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import checkout.CheckoutGrpc;
import checkout.CheckoutRequest;
import dev.journey.test.RawHttp.Answer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A gateway over HTTPS and a checkout service over mutual TLS, by the settings of docs/tls.md. */
@ExtendWith(JourneyExtension.class)
class TlsIT {

    @TempDir
    private static Path folder;

    private static final int HTTP_PORT = FreePort.find();
    private static final int GRPC_PORT = FreePort.find();
    private static Certificate gatewayCertificate;
    private static Certificate checkoutCertificate;
    private static Application gateway;
    private static Application checkout;

    private final Journey journey;

    TlsIT(Journey journey) {
        this.journey = journey;
    }

    @BeforeAll
    static void start(Journey journey) throws Exception {
        gatewayCertificate = Certificate.make(folder, "gateway", "changeit");
        checkoutCertificate = Certificate.make(folder, "checkout", "changeit");
        Certificate client = Certificate.make(folder, "client", "changeit");
        gateway = new Application(
                "gateway",
                "gateway-tls",
                journey.environment(Map.of(
                        "HTTP_ADDRESS",
                        "127.0.0.1:" + HTTP_PORT,
                        "CHECKOUT_SERVICE_ADDRESS",
                        "127.0.0.1:" + GRPC_PORT,
                        "SPRING_SSL_BUNDLE_PEM_GATEWAY_KEYSTORE_CERTIFICATE",
                        file(gatewayCertificate.certificateFile()),
                        "SPRING_SSL_BUNDLE_PEM_GATEWAY_KEYSTORE_PRIVATEKEY",
                        file(gatewayCertificate.keyFile()),
                        "SPRING_SSL_BUNDLE_PEM_GATEWAY_RELOADONUPDATE",
                        "true",
                        "SERVER_SSL_BUNDLE",
                        "gateway",
                        "SPRING_SSL_BUNDLE_PEM_CHECKOUT_KEYSTORE_CERTIFICATE",
                        file(client.certificateFile()),
                        "SPRING_SSL_BUNDLE_PEM_CHECKOUT_KEYSTORE_PRIVATEKEY",
                        file(client.keyFile()),
                        "SPRING_SSL_BUNDLE_PEM_CHECKOUT_TRUSTSTORE_CERTIFICATE",
                        file(checkoutCertificate.certificateFile()),
                        "JOURNEY_GRPC_CLIENT_SSLBUNDLE",
                        "checkout")));
        checkout = new Application(
                "checkout",
                "checkout-tls",
                journey.environment(Map.of(
                        "GRPC_ADDRESS",
                        "127.0.0.1:" + GRPC_PORT,
                        "SPRING_SSL_BUNDLE_PEM_CHECKOUT_KEYSTORE_CERTIFICATE",
                        file(checkoutCertificate.certificateFile()),
                        "SPRING_SSL_BUNDLE_PEM_CHECKOUT_KEYSTORE_PRIVATEKEY",
                        file(checkoutCertificate.keyFile()),
                        "SPRING_SSL_BUNDLE_PEM_CHECKOUT_TRUSTSTORE_CERTIFICATE",
                        file(client.certificateFile()),
                        "JOURNEY_GRPC_SERVER_SSLBUNDLE",
                        "checkout",
                        "JOURNEY_GRPC_SERVER_CLIENTAUTH",
                        "need")));
        gateway.start();
        checkout.start();
        // On the management address, which stays as it is.
        gateway.awaitReady();
        checkout.awaitReady();
    }

    private static String file(Path path) {
        return "file:" + path;
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        checkout.close();
    }

    @Test
    void aCheckoutIsEncryptedAndOneTrace() throws Exception {
        HttpResponse<String> response = post(gatewayCertificate);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        Trace trace = journey.spans().awaitTrace(GatewayClient.traceId(response), 5);
        assertThat(trace.gatewayServer().attributes()).containsEntry("url.scheme", "https");
    }

    @Test
    void aClientThatTrustsAnotherCertificateGetsNoConnection() {
        assertThatThrownBy(() -> post(checkoutCertificate)).isInstanceOf(SSLException.class);
    }

    @Test
    void plainHttpIsNotServed() throws Exception {
        List<Answer> answers = RawHttp.exchange(
                HTTP_PORT, "POST /api/checkout HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(answers).singleElement().satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.toString()).doesNotContainPattern("(?i)exception|tomcat|java|127\\.0\\.0\\.1");
        });
    }

    @Test
    void aCallerWithoutACertificateIsNotServed() throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", GRPC_PORT)
                .sslContext(GrpcSslContexts.configure(SslContextBuilder.forClient())
                        .trustManager(checkoutCertificate.certificate())
                        .build())
                .build();
        try {
            StatusRuntimeException refusal =
                    catchThrowableOfType(StatusRuntimeException.class, () -> CheckoutGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .doCheckout(
                                    CheckoutRequest.newBuilder().addItemsID(1).build()));

            assertThat(refusal).as("a refusal").isNotNull();
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void aRenewedCertificateIsServedWithoutARestart() throws Exception {
        X509Certificate before = gatewayCertificate.certificate();
        Certificate renewed = Certificate.make(folder.resolve("renewed"), "gateway", "changeit");
        Files.copy(renewed.keyFile(), gatewayCertificate.keyFile(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                renewed.certificateFile(), gatewayCertificate.certificateFile(), StandardCopyOption.REPLACE_EXISTING);

        await("the renewed certificate")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(SSLException.class)
                .until(() -> post(renewed).statusCode() == 202);

        assertThat(renewed.certificate()).isNotEqualTo(before);
        gatewayCertificate = renewed;
    }

    private static HttpResponse<String> post(Certificate trusted) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusted.trustingClient()).build();
        return client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + HTTP_PORT + GatewayClient.PATH))
                        .timeout(Duration.ofSeconds(30))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }
}
