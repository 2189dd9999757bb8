package dev.journey.test;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;

/** The answer for an error: a problem detail (RFC 9457) that names its trace and nothing of the inside. */
final class ProblemExpectation {

    private static final Pattern INTERNALS = Pattern.compile(
            "java|exception|\\borg\\.|\\bcom\\.|\\bdev\\.|\\bio\\.|camel|jackson|spring|localhost|127\\.0\\.0\\.1|[a-z0-9.\\]]:\\d{2,5}\\b|\\bat .*\\(",
            Pattern.CASE_INSENSITIVE);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ProblemExpectation() {}

    static void assertProblem(HttpResponse<String> response, int status) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        String traceId = GatewayClient.traceId(response);
        assertThat(response.headers().allValues("Content-Type"))
                .as(response.body())
                .singleElement()
                .asString()
                .matches("application/problem\\+json(;\\s*charset=(?i:utf-8))?");
        assertBody(response.body(), status, traceId);
    }

    static void assertProblem(RawHttp.Answer answer) throws IOException {
        assertThat(answer.header("X-Trace-Id")).as(answer.toString()).matches("[0-9a-f]{32}");
        assertThat(answer.header("Content-Type")).as(answer.toString()).startsWith("application/problem+json");
        if (!answer.toHead()) {
            assertBody(answer.body(), answer.status(), answer.header("X-Trace-Id"));
        }
    }

    private static void assertBody(String body, int status, String traceId) throws IOException {
        JsonNode problem = MAPPER.readTree(body);
        assertThat(problem.path("type").isTextual()).as(body).isTrue();
        assertThat(problem.path("title").asText()).as(body).isNotBlank();
        assertThat(problem.path("status").isInt()).as(body).isTrue();
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asText()).as(body).isNotBlank();
        assertThat(problem.path("traceId").asText()).as(body).isEqualTo(traceId);
        assertThat(body).doesNotContainPattern(INTERNALS);
    }
}
