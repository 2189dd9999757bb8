package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The gateway's description of itself, {@code openapi.yaml}, and whether an answer is as it says. */
final class OpenApi {

    private static final Contract CONTRACT = Contract.of("gateway-app/src/main/resources/page/openapi.yaml");
    private static final JsonNode PATHS = CONTRACT.root().get("paths");

    private OpenApi() {}

    /** The statuses that are described for a path. */
    static Set<Integer> statuses(String path) {
        Set<Integer> statuses = new TreeSet<>();
        responses(path).fieldNames().forEachRemaining(status -> statuses.add(Integer.valueOf(status)));
        return statuses;
    }

    /** Fails where an answer is not described or not as described. Any other path than those described is let pass. */
    static void assertDescribed(HttpResponse<String> response) {
        assertDescribed(
                response.request().uri().getPath(),
                response.request().method(),
                response.statusCode(),
                response.headers()::allValues,
                response.body());
    }

    /** The same for what was sent without a client. */
    static void assertDescribed(String path, RawHttp.Answer answer) {
        Map<String, List<String>> headers = answer.headers();
        assertDescribed(path, "POST", answer.status(), name -> headers.getOrDefault(name, List.of()), answer.body());
    }

    private static void assertDescribed(
            String path, String method, int status, Function<String, List<String>> headers, String body) {
        // An answer to another method than the one that is described is the path's all the same, or no path's.
        if (!PATHS.has(path) || status == 404) {
            return;
        }
        String what = method + " " + path + ": " + status + " " + body;
        JsonNode described = responses(path).path(Integer.toString(status));
        assertThat(described.isObject()).as(what + " is not described").isTrue();
        JsonNode response = CONTRACT.resolve(described);
        response.path("headers").properties().forEach(entry -> {
            JsonNode header = CONTRACT.resolve(entry.getValue());
            List<String> values = headers.apply(entry.getKey());
            assertThat(values).as("%s of %s", entry.getKey(), what).hasSizeLessThanOrEqualTo(1);
            if (header.path("required").asBoolean()) {
                assertThat(values).as("%s of %s", entry.getKey(), what).hasSize(1);
            }
            values.forEach(value -> assertThat(CONTRACT.faultsOfText(header.get("schema"), value))
                    .as("%s of %s", entry.getKey(), what)
                    .isEmpty());
        });
        if (method.equals("HEAD")) {
            return;
        }
        JsonNode content = response.path("content");
        if (content.isEmpty()) {
            assertThat(body).as(what).isEmpty();
            return;
        }
        String type = String.join(",", headers.apply("Content-Type")).split(";")[0];
        assertThat(content.has(type)).as("%s of %s", type, what).isTrue();
        assertThat(CONTRACT.faults(content.get(type).get("schema"), body))
                .as(what)
                .isEmpty();
    }

    // Each path has one method.
    private static JsonNode responses(String path) {
        return PATHS.get(path).elements().next().get("responses");
    }
}
