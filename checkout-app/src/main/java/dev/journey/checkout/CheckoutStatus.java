package dev.journey.checkout;

import checkout.GetStatusRequest;
import checkout.GetStatusResponse;
import checkout.Item;
import checkout.Queue;
import checkout.StatusGrpc;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Tells what is sold and how many messages wait at the broker. */
@Component
class CheckoutStatus extends StatusGrpc.StatusImplBase {

    private final CamelContext camelContext;
    private final QueueWatch queues;
    private final String queue;
    private final String deadLetterQueue;

    CheckoutStatus(
            CamelContext camelContext,
            QueueWatch queues,
            @Value("${amqp.queue}") String queue,
            @Value("${amqp.dead-letter-queue}") String deadLetterQueue) {
        this.camelContext = camelContext;
        this.queues = queues;
        this.queue = queue;
        this.deadLetterQueue = deadLetterQueue;
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> response) {
        GetStatusResponse.Builder status = GetStatusResponse.newBuilder();
        // By its name each time: the routes have another one whenever their files change.
        Catalogue catalogue = camelContext.getRegistry().lookupByNameAndType("catalogue", Catalogue.class);
        if (catalogue != null) {
            catalogue.prices().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> status.addItems(
                            Item.newBuilder().setId(entry.getKey()).setPrice(entry.getValue())));
        }
        // This thread is the connection's, which others' calls come by: it does not wait.
        queues.soon().thenAccept(known -> {
            known.of(queue).map(CheckoutStatus::describe).ifPresent(status::setQueue);
            known.of(deadLetterQueue).map(CheckoutStatus::describe).ifPresent(status::setDeadLetterQueue);
            response.onNext(status.build());
            response.onCompleted();
        });
    }

    private static Queue describe(QueueInformation queue) {
        return Queue.newBuilder()
                .setWaitingMessages(queue.getMessageCount())
                .setConsumers(queue.getConsumerCount())
                .build();
    }
}
