package dev.journey.test;

import static dev.journey.test.ProblemExpectation.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway's answers, row by row of the contract. */
@ExtendWith(JourneyExtension.class)
class HttpContractIT {

    private static final int BODY_LIMIT = 65_536;

    private final Journey journey;

    HttpContractIT(Journey journey) {
        this.journey = journey;
    }

    @Test
    void noBodyIsTheDefaultBasket() throws Exception {
        assertAccepted(journey.client().checkout());
    }

    @Test
    void noBodyIsTheDefaultBasketWhateverItsTypeIsSaidToBe() throws Exception {
        assertAccepted(journey.client().checkout("Content-Type", "application/json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"itemsID\":[1,2,3,4]}",
                "{\"itemsID\":[1]}",
                "{\"itemsID\":[4,4,4]}",
                " {\n\t\"itemsID\" : [ 2 , 3 ] }\r\n"
            })
    void aBasketIsAccepted(String body) throws Exception {
        assertAccepted(journey.client().checkoutOf(body));
    }

    @Test
    void aBasketOfHundredItemsIsAccepted() throws Exception {
        assertAccepted(journey.client().checkoutOf(basketOf(100)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"})
    void jsonByAnyOfItsNamesIsAccepted(String contentType) throws Exception {
        assertAccepted(post(contentType, BodyPublishers.ofString("{\"itemsID\":[1]}")));
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                Arguments.of("not JSON", "hello"),
                Arguments.of("half of it", "{\"itemsID\":[1,"),
                Arguments.of("an empty object", "{}"),
                Arguments.of("an array", "[]"),
                Arguments.of("an array of items", "[1,2]"),
                Arguments.of("null", "null"),
                Arguments.of("a string", "\"x\""),
                Arguments.of("a number", "1"),
                Arguments.of("items that are a string", "{\"itemsID\":\"1\"}"),
                Arguments.of("items that are a number", "{\"itemsID\":1}"),
                Arguments.of("items that are an object", "{\"itemsID\":{\"0\":1}}"),
                Arguments.of("items that are null", "{\"itemsID\":null}"),
                Arguments.of("an item that is a string", "{\"itemsID\":[\"1\"]}"),
                Arguments.of("an item with a fraction", "{\"itemsID\":[1.5]}"),
                Arguments.of("an item with a fraction of zero", "{\"itemsID\":[1.0]}"),
                Arguments.of("an item that is true", "{\"itemsID\":[true]}"),
                Arguments.of("an item that is null", "{\"itemsID\":[null]}"),
                Arguments.of("an item above 32 bits", "{\"itemsID\":[2147483648]}"),
                Arguments.of("an item below 32 bits", "{\"itemsID\":[-2147483649]}"),
                Arguments.of("an item above 64 bits", "{\"itemsID\":[18446744073709551617]}"),
                Arguments.of("items in items", "{\"itemsID\":[[1]]}"),
                Arguments.of("an item that is an object", "{\"itemsID\":[{\"id\":1}]}"),
                Arguments.of("more after it", "{\"itemsID\":[1]} {}"),
                Arguments.of("a word after it", "{\"itemsID\":[1]}x"),
                Arguments.of("the same key twice", "{\"itemsID\":[1],\"itemsID\":[2]}"),
                Arguments.of("an empty basket", "{\"itemsID\":[]}"),
                Arguments.of("101 items", basketOf(101)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badBodies")
    void aBadBodyIsRefused(String name, String body) throws Exception {
        assertProblem(journey.client().checkoutOf(body), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"99", "0", "-1", "2147483647", "-2147483648", "1,2,99"})
    void anItemThatTheCatalogueDoesNotHaveIsRefused(String items) throws Exception {
        assertProblem(journey.client().checkoutOf("{\"itemsID\":[" + items + "]}"), 422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "TRACE", "BREW"})
    void anotherMethodIsRefused(String method) throws Exception {
        HttpResponse<String> response =
                journey.client().send(GatewayClient.PATH, request -> request.method(method, BodyPublishers.noBody()));

        assertProblem(response, 405);
        assertThat(response.headers().allValues("Allow")).containsExactly("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%2Fb", "/%00", "/a%5Cb"})
    void aPathThatTheServerRefusesIsAProblemWithATraceThatExists(String path) throws Exception {
        HttpResponse<String> response = journey.client().send(path, request -> request.POST(BodyPublishers.noBody()));

        assertProblem(response, 400);
        journey.spans().awaitTrace(GatewayClient.traceId(response), 1);
    }

    @Test
    void headIsRefusedWithoutABody() throws Exception {
        HttpResponse<String> response =
                journey.client().send(GatewayClient.PATH, request -> request.method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().allValues("Allow")).containsExactly("POST");
        assertThat(response.body()).isEmpty();
        GatewayClient.traceId(response);
    }

    @Test
    void optionsNamesTheMethodThatIsAllowed() throws Exception {
        // Many times: a servlet adds an Allow of its own whenever it is faster than the route.
        for (int number = 0; number < 50; number++) {
            HttpResponse<String> response = journey.client()
                    .send(GatewayClient.PATH, request -> request.method("OPTIONS", BodyPublishers.noBody()));

            assertThat(response.statusCode()).isIn(200, 204, 405);
            assertThat(response.headers().allValues("Allow")).containsExactly("POST");
            assertThat(response.headers().allValues("Access-Control-Allow-Origin"))
                    .isEmpty();
            GatewayClient.traceId(response);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/xml",
                "multipart/form-data; boundary=x",
                "application/json-seq",
                "nonsense"
            })
    void anotherContentTypeIsRefused(String contentType) throws Exception {
        assertProblem(post(contentType, BodyPublishers.ofString("{\"itemsID\":[1]}")), 415);
    }

    static Stream<Arguments> sentInTwoWays() {
        return Stream.of(Arguments.of("with its length", false), Arguments.of("in chunks", true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sentInTwoWays")
    void aBodyOverTheLimitIsRefused(String name, boolean chunked) throws Exception {
        assertProblem(post("application/json", publisher(paddedBasket(BODY_LIMIT + 1), chunked)), 413);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sentInTwoWays")
    void aBodyOfJustTheLimitIsAccepted(String name, boolean chunked) throws Exception {
        assertAccepted(post("application/json", publisher(paddedBasket(BODY_LIMIT), chunked)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/api", "/api/checkout/", "/api/checkout/1", "/API/checkout", "/actuator/health", "/x"})
    void anotherPathIsNotFound(String path) throws Exception {
        HttpResponse<String> response = journey.client().send(path, request -> request.POST(BodyPublishers.noBody()));

        assertProblem(response, 404);
        assertThat(response.body()).doesNotContain("Whitelabel");
    }

    @Test
    void aRequestsHeadersAreNotEchoed() throws Exception {
        HttpResponse<String> accepted = journey.client()
                .checkout("Authorization", "Bearer secret", "Cookie", "session=secret", "X-Anything", "secret");
        HttpResponse<String> refused = journey.client().send(GatewayClient.PATH, request -> request.headers(
                        "Authorization", "Bearer secret", "Cookie", "session=secret", "X-Anything", "secret")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("secret")));

        assertAccepted(accepted);
        assertProblem(refused, 400);
        for (HttpResponse<String> response : List.of(accepted, refused)) {
            assertThat(response.headers().map())
                    .doesNotContainKeys("authorization", "cookie", "x-anything", "set-cookie", "server", "user-agent");
            assertThat(response.headers().map().toString()).doesNotContain("secret");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CamelHttpResponseCode: 500",
                "camelhttpresponsecode: 500",
                "cAmElHttpMethod: GET",
                "CamelHttpPath: /elsewhere",
                "CamelBeanMethodName: toString",
                "CamelGrpcMethodName: other",
                "CamelToEndpoint: log:x",
                "CAMELContentType: text/plain"
            })
    void noHeaderAndNoParameterSteersTheRoute(String header) throws Exception {
        String name = header.substring(0, header.indexOf(':'));
        String value = header.substring(header.indexOf(':') + 2);

        HttpResponse<String> byHeader = journey.client().checkout(name, value);
        HttpResponse<String> byParameter = journey.client()
                .send(
                        GatewayClient.PATH + "?" + name + "=" + value.replace("/", "%2F"),
                        request -> request.POST(BodyPublishers.noBody()));

        assertAccepted(byHeader);
        assertAccepted(byParameter);
        assertThat(byHeader.headers().map()).doesNotContainKey(name.toLowerCase());
        JourneyExpectation.assertJourney(journey.spans().awaitTrace(GatewayClient.traceId(byHeader), 5));
    }

    @Test
    void aClientThatSendsTooLittleDoesNotHoldUpTheOthers() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", journey.client().port())) {
            socket.getOutputStream()
                    .write(("POST /api/checkout HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 1000\r\n\r\n{\"itemsID\"")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();

            assertAccepted(journey.client().checkout());
        }
        assertAccepted(journey.client().checkout());
    }

    private HttpResponse<String> post(String contentType, BodyPublisher body) throws Exception {
        return journey.client().send(GatewayClient.PATH, request -> request.header("Content-Type", contentType)
                .POST(body));
    }

    private static BodyPublisher publisher(byte[] body, boolean chunked) {
        return chunked
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : BodyPublishers.ofByteArray(body);
    }

    private static byte[] paddedBasket(int size) {
        String basket = "{\"itemsID\":[1]}";
        return (basket + " ".repeat(size - basket.length())).getBytes(StandardCharsets.US_ASCII);
    }

    private static String basketOf(int items) {
        return IntStream.range(0, items)
                .mapToObj(index -> Integer.toString(index % 4 + 1))
                .collect(Collectors.joining(",", "{\"itemsID\":[", "]}"));
    }

    private static void assertAccepted(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("Content-Length").orElse("0")).isEqualTo("0");
        GatewayClient.traceId(response);
    }
}
