package dev.journey.console;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.MessageHistory;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCompletedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.spi.CamelEvent.ExchangeFailedEvent;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.LoggerHelper;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/**
 * The dev console {@code message-history}: the steps that the last exchanges took, and the time in each. Those that
 * failed are kept apart, whether the failure was handled or not. In place of Camel's own, which has the last exchange
 * only and often not one that failed. There is no body, header or message of an exception in it.
 *
 * <p>Camel's message history (Enterprise Integration Patterns) has to be on.
 */
public class MessageHistoryConsole extends AbstractDevConsole {

    private static final String ID = "message-history";
    private static final int KEPT = 10;
    private static final int SHOWN_AS_TEXT = 3;
    private static final int LONGEST_LABEL = 80;
    // What an object says of itself that has nothing to say: its class and its place in memory.
    private static final Pattern IDENTITY = Pattern.compile("(?:\\w+\\.)*(\\w+)@[0-9a-f]+");

    private final Deque<Completed> succeeded = new ArrayDeque<>();
    private final Deque<Completed> failed = new ArrayDeque<>();

    public MessageHistoryConsole() {
        super("camel", ID, "Message History", "The steps of the last exchanges, and of the last that failed");
    }

    /** Tells of exchanges that end. */
    EventNotifier listener() {
        EventNotifierSupport listener = new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                keep(((ExchangeEvent) event).getExchange());
            }

            @Override
            public boolean isEnabled(CamelEvent event) {
                return event instanceof ExchangeCompletedEvent || event instanceof ExchangeFailedEvent;
            }
        };
        listener.setIgnoreCamelContextEvents(true);
        listener.setIgnoreCamelContextInitEvents(true);
        listener.setIgnoreRouteEvents(true);
        listener.setIgnoreServiceEvents(true);
        listener.setIgnoreStepEvents(true);
        listener.setIgnoreExchangeCreatedEvent(true);
        listener.setIgnoreExchangeSentEvents(true);
        listener.setIgnoreExchangeSendingEvents(true);
        listener.setIgnoreExchangeRedeliveryEvents(true);
        return listener;
    }

    private void keep(Exchange exchange) {
        Throwable failure = exchange.getException() != null
                ? exchange.getException()
                : exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
        List<?> history = exchange.getProperty(ExchangePropertyKey.MESSAGE_HISTORY, List.class);
        Completed completed = new Completed(
                exchange.getExchangeId(),
                exchange.getFromRouteId(),
                Instant.ofEpochMilli(exchange.getClock().getCreated()),
                exchange.getClock().elapsed(),
                failure == null ? null : rootCause(failure).getClass().getName(),
                history == null
                        ? List.of()
                        : history.stream().map(MessageHistory.class::cast).toList());
        Deque<Completed> kept = failure == null ? succeeded : failed;
        synchronized (kept) {
            kept.addFirst(completed);
            if (kept.size() > KEPT) {
                kept.removeLast();
            }
        }
    }

    // Camel wraps what a step throws.
    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < KEPT && cause.getCause() != null; depth++) {
            cause = cause.getCause();
        }
        return cause;
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        StringBuilder text = new StringBuilder();
        text.append("The last that failed:\n");
        snapshot(failed, options, SHOWN_AS_TEXT).forEach(completed -> completed.write(text));
        text.append("\nThe last that did not:\n");
        snapshot(succeeded, options, SHOWN_AS_TEXT).forEach(completed -> completed.write(text));
        return text.toString();
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        JsonObject root = new JsonObject();
        root.put("failed", json(snapshot(failed, options, KEPT)));
        root.put("succeeded", json(snapshot(succeeded, options, KEPT)));
        return root;
    }

    private static JsonArray json(List<Completed> kept) {
        JsonArray array = new JsonArray();
        kept.forEach(completed -> array.add(completed.toJson()));
        return array;
    }

    private static List<Completed> snapshot(Deque<Completed> kept, Map<String, Object> options, int most) {
        int limit = Integer.parseInt(options.getOrDefault("limit", most).toString());
        Object route = options.get("filter");
        synchronized (kept) {
            return kept.stream()
                    .filter(completed -> route == null || route.equals(completed.routeId()))
                    .limit(limit)
                    .toList();
        }
    }

    private record Completed(
            String exchangeId,
            String routeId,
            Instant created,
            long milliseconds,
            String failure,
            List<MessageHistory> steps) {

        void write(StringBuilder text) {
            text.append("  %s  %s  %d ms  exchange %s%n"
                    .formatted(created, routeId, milliseconds, exchangeId + (failure == null ? "" : "  " + failure)));
            for (MessageHistory step : steps) {
                text.append("    %6d ms  %-28s %s  %s%n"
                        .formatted(step.getElapsed(), step.getRouteId(), label(step), source(step)));
            }
        }

        JsonObject toJson() {
            JsonObject json = new JsonObject();
            json.put("exchangeId", exchangeId);
            json.put("routeId", routeId);
            json.put("created", created.toString());
            json.put("elapsed", milliseconds);
            if (failure != null) {
                json.put("exception", failure);
            }
            JsonArray array = new JsonArray();
            for (MessageHistory step : steps) {
                JsonObject taken = new JsonObject();
                taken.put("routeId", step.getRouteId());
                taken.put("nodeId", step.getNode().getId());
                taken.put("label", label(step));
                taken.put("location", source(step));
                taken.put("elapsed", step.getElapsed());
                array.add(taken);
            }
            json.put("steps", array);
            return json;
        }

        private static String label(MessageHistory step) {
            String label = IDENTITY.matcher(step.getNode().getLabel()).replaceAll("$1");
            return label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL) + "…";
        }

        private static String source(MessageHistory step) {
            String location = LoggerHelper.getLineNumberLoggerName(step.getNode());
            return location == null ? "" : location;
        }
    }
}
