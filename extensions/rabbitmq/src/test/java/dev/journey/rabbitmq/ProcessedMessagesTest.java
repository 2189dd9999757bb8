package dev.journey.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProcessedMessagesTest {

    private final ProcessedMessages messages = new ProcessedMessages(2);

    @Test
    void recognisesWhatWasProcessed() {
        assertThat(messages.add("a")).isTrue();
        messages.confirm("a");

        assertThat(messages.add("a")).isFalse();
        assertThat(messages.contains("a")).isTrue();
    }

    @Test
    void doesNotTakeForProcessedWhatMayStillFail() {
        messages.add("a");

        assertThatThrownBy(() -> messages.add("a")).isInstanceOf(MessageInProgressException.class);
        assertThat(messages.contains("a")).isFalse();
    }

    @Test
    void forgetsWhatFailed() {
        messages.add("a");
        messages.remove("a");

        assertThat(messages.add("a")).isTrue();
    }

    @Test
    void forgetsTheOldestFirst() {
        for (String id : new String[] {"a", "b", "c"}) {
            messages.add(id);
            messages.confirm(id);
        }

        assertThat(messages.contains("a")).isFalse();
        assertThat(messages.contains("b")).isTrue();
        assertThat(messages.contains("c")).isTrue();
    }

    @Test
    void remembersWhenARouteStops() {
        messages.add("a");
        messages.confirm("a");
        messages.stop();
        messages.start();

        assertThat(messages.contains("a")).isTrue();
    }
}
