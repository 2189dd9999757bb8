import checkout.CheckoutRequest;
import checkout.CheckoutResponse;
import dev.journey.gateway.Basket;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AggregationStrategies;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.dataformat.JsonLibrary;

/** POST /api/checkouts: several baskets in one request, side by side, answered with what each of them costs. */
public class Checkouts extends RouteBuilder {

    private static final int MOST_BASKETS = 20;

    @Override
    public void configure() {
        from("platform-http:{{http.checkouts-path}}")
                .routeId("gateway-checkouts")
                .routeDescription("Takes several checkouts in one request")
                .removeHeaders("*", Exchange.HTTP_METHOD)
                .choice()
                .when(header(Exchange.HTTP_METHOD).isNotEqualTo("POST"))
                .bean("problem", "notAllowed('POST')")
                .stop()
                .end()
                .process("requestBody")
                .unmarshal()
                .json(JsonLibrary.Jackson, Basket[].class)
                .choice()
                .when(exchange -> !isBetween(1, exchange.getMessage().getBody(Basket[].class).length, MOST_BASKETS))
                .bean("problem", "reply(400, 'A request has 1 to " + MOST_BASKETS + " baskets')")
                .stop()
                .end()
                .split(body(), AggregationStrategies.groupedBody())
                .parallelProcessing()
                .stopOnException()
                .convertBodyTo(CheckoutRequest.class)
                .to("grpc:{{address.checkout.host}}:{{address.checkout.port}}/checkout.Checkout"
                        + "?method=DoCheckout&synchronous=true")
                .end()
                .transform()
                .body(List.class, answers -> new Totals(totals(answers)))
                .removeHeaders("*")
                .setHeader("X-Trace-Id")
                .ref("traceId")
                .setHeader(Exchange.CONTENT_TYPE, constant("application/json"))
                .marshal()
                .json(JsonLibrary.Jackson);
    }

    private static boolean isBetween(int least, int number, int most) {
        return least <= number && number <= most;
    }

    private static List<Integer> totals(List<?> answers) {
        return answers.stream()
                .map(answer -> ((CheckoutResponse) answer).getTotalAmount())
                .toList();
    }

    /** The answer. */
    public record Totals(List<Integer> totalAmounts) {}
}
