package dev.journey.grpc;

import java.net.URISyntaxException;
import java.util.Set;
import org.apache.camel.component.grpc.GrpcEndpoint;
import org.apache.camel.util.URISupport;

/** Decides between an option of an endpoint and a setting: the option holds where the endpoint's URI names it. */
final class EndpointOptions {

    private final Set<String> named;

    EndpointOptions(GrpcEndpoint endpoint) throws URISyntaxException {
        String uri = endpoint.getEndpointUri();
        int query = uri.indexOf('?');
        named = query < 0
                ? Set.of()
                : URISupport.parseQuery(uri.substring(query + 1)).keySet();
    }

    int choose(String option, int value, int setting) {
        return named.contains(option) ? value : setting;
    }

    long choose(String option, long value, long setting) {
        return named.contains(option) ? value : setting;
    }
}
