package dev.journey.grpc;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NegotiationType;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.apache.camel.component.grpc.GrpcConfiguration;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.util.ObjectHelper;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.web.server.Ssl;
import org.springframework.lang.Nullable;

/** How connections are encrypted: by an endpoint's own options, or else by an SSL bundle of Spring Boot. */
class GrpcTls {

    private final GrpcProperties properties;
    private final SslBundles bundles;

    GrpcTls(GrpcProperties properties, SslBundles bundles) {
        this.properties = properties;
        this.bundles = bundles;
    }

    /** For the server of a consumer; null for plain text. */
    @Nullable
    SslContext server(GrpcEndpoint endpoint) throws Exception {
        if (endpoint.getConfiguration().getNegotiationType() == NegotiationType.TLS) {
            try (InputStream chain = open(endpoint, endpoint.getConfiguration().getKeyCertChainResource());
                    InputStream key = open(endpoint, endpoint.getConfiguration().getKeyResource())) {
                return build(
                        endpoint,
                        SslContextBuilder.forServer(
                                        chain, key, endpoint.getConfiguration().getKeyPassword())
                                .clientAuth(ClientAuth.REQUIRE));
            }
        }
        ClientAuth clientAuth = Ssl.ClientAuth.map(
                properties.getServer().getClientAuth(), ClientAuth.NONE, ClientAuth.OPTIONAL, ClientAuth.REQUIRE);
        return ofBundle(properties.getServer().getSslBundle(), bundle -> SslContextBuilder.forServer(
                        bundle.getManagers().getKeyManagerFactory())
                .clientAuth(clientAuth));
    }

    /** For the channel of a producer; null for plain text. */
    @Nullable
    SslContext client(GrpcEndpoint endpoint) throws Exception {
        if (endpoint.getConfiguration().getNegotiationType() == NegotiationType.TLS) {
            try (InputStream chain = open(endpoint, endpoint.getConfiguration().getKeyCertChainResource());
                    InputStream key = open(endpoint, endpoint.getConfiguration().getKeyResource())) {
                return build(
                        endpoint,
                        SslContextBuilder.forClient()
                                .keyManager(
                                        chain, key, endpoint.getConfiguration().getKeyPassword()));
            }
        }
        return ofBundle(properties.getClient().getSslBundle(), bundle -> SslContextBuilder.forClient()
                .keyManager(bundle.getManagers().getKeyManagerFactory()));
    }

    private static InputStream open(GrpcEndpoint endpoint, String resource) throws Exception {
        return ResourceHelper.resolveMandatoryResourceAsInputStream(endpoint.getCamelContext(), resource);
    }

    private static SslContext build(GrpcEndpoint endpoint, SslContextBuilder builder) throws Exception {
        GrpcConfiguration configuration = endpoint.getConfiguration();
        if (ObjectHelper.isNotEmpty(configuration.getTrustCertCollectionResource())) {
            try (InputStream trusted = open(endpoint, configuration.getTrustCertCollectionResource())) {
                builder.trustManager(trusted);
            }
        }
        return GrpcSslContexts.configure(builder).build();
    }

    @Nullable
    private SslContext ofBundle(@Nullable String name, Function<SslBundle, SslContextBuilder> side) {
        if (ObjectHelper.isEmpty(name)) {
            return null;
        }
        RenewableSslContext context = new RenewableSslContext(build(bundles.getBundle(name), side));
        bundles.addBundleUpdateHandler(name, bundle -> context.renew(build(bundle, side)));
        return context;
    }

    private static SslContext build(SslBundle bundle, Function<SslBundle, SslContextBuilder> side) {
        SslContextBuilder builder =
                side.apply(bundle).trustManager(bundle.getManagers().getTrustManagerFactory());
        SslOptions options = bundle.getOptions();
        // First gRPC's own choice of ciphers, then the bundle's.
        GrpcSslContexts.configure(builder);
        if (options.getCiphers() != null) {
            builder.ciphers(List.of(options.getCiphers()));
        }
        if (options.getEnabledProtocols() != null) {
            builder.protocols(options.getEnabledProtocols());
        }
        try {
            return builder.build();
        } catch (SSLException exception) {
            throw new IllegalStateException("The SSL bundle cannot be used for gRPC", exception);
        }
    }
}
