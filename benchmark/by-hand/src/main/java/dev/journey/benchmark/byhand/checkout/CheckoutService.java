package dev.journey.benchmark.byhand.checkout;

import checkout.CheckoutGrpc;
import checkout.CheckoutRequest;
import checkout.CheckoutResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Span;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** {@code checkout.Checkout}. */
@Component
class CheckoutService extends CheckoutGrpc.CheckoutImplBase {

    private static final Logger LOG = LoggerFactory.getLogger(CheckoutService.class);
    private static final Map<Integer, Integer> PRICES = Map.of(1, 199, 2, 349, 3, 299, 4, 387);

    private final CheckoutPublisher publisher;
    private final int mostItems;

    CheckoutService(CheckoutPublisher publisher, @Value("${journey.most-items}") int mostItems) {
        this.publisher = publisher;
        this.mostItems = mostItems;
    }

    @Override
    public void doCheckout(CheckoutRequest request, StreamObserver<CheckoutResponse> response) {
        List<Integer> items = request.getItemsIDList();
        if (items.isEmpty() || items.size() > mostItems) {
            response.onError(invalid());
            return;
        }
        int total = 0;
        for (Integer item : items) {
            Integer price = PRICES.get(item);
            if (price == null) {
                response.onError(Status.NOT_FOUND
                        .withDescription("There is no item " + item)
                        .asRuntimeException());
                return;
            }
            total += price;
        }
        try {
            publisher.publish(items, total);
        } catch (AmqpException exception) {
            LOG.error("The event was not published", exception);
            response.onError(Status.UNAVAILABLE
                    .withDescription("The broker did not take the event")
                    .asRuntimeException());
            return;
        }
        Span.current().addEvent("response: totalAmount: " + total);
        response.onNext(CheckoutResponse.newBuilder().setTotalAmount(total).build());
        response.onCompleted();
    }

    private RuntimeException invalid() {
        return Status.INVALID_ARGUMENT
                .withDescription("A basket has 1 to " + mostItems + " items")
                .asRuntimeException();
    }
}
