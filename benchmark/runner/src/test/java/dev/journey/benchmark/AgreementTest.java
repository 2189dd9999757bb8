package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AgreementTest {

    private static final Load ALL_ACCEPTED = new Load(100, 100, Map.of("202", 100L), 1, null);
    private static final TraceTally.Count ALL_TRACED = new TraceTally.Count(500, 100, 0, Map.of());
    private static final TraceTally.Count NOTHING_TRACED = new TraceTally.Count(0, 0, 0, Map.of());

    @Test
    void whatWasConfirmedConsumedAndTracedAlikeIsGood() {
        assertThat(agreement(ALL_ACCEPTED, 100, 0, 0, ALL_TRACED).troubles()).isEmpty();
    }

    @Test
    void aMessageThatIsMissingMakesItVoid() {
        assertThat(agreement(ALL_ACCEPTED, 99, 0, 0, ALL_TRACED).troubles())
                .containsExactly("100 were confirmed and 99 consumed");
    }

    @Test
    void aMessageThatIsTakenTwiceMakesItVoid() {
        assertThat(agreement(ALL_ACCEPTED, 101, 0, 0, ALL_TRACED).troubles()).hasSize(1);
    }

    @Test
    void aMessageThatIsNotAckedMakesItVoid() {
        assertThat(agreement(ALL_ACCEPTED, 100, 1, 0, ALL_TRACED).troubles()).hasSize(1);
    }

    @Test
    void aDeadLetterMakesItVoid() {
        assertThat(agreement(ALL_ACCEPTED, 100, 0, 1, ALL_TRACED).troubles()).hasSize(1);
    }

    @Test
    void aSpanThatIsMissingMakesItVoid() {
        TraceTally.Count oneShort = new TraceTally.Count(499, 99, 1, Map.of("stock CONSUMER", 99L));

        assertThat(agreement(ALL_ACCEPTED, 100, 0, 0, oneShort).troubles())
                .hasSize(2)
                .allMatch(trouble -> trouble.contains("stock CONSUMER=99"));
    }

    @Test
    void aTraceThatIsMissingAltogetherMakesItVoid() {
        assertThat(agreement(ALL_ACCEPTED, 100, 0, 0, new TraceTally.Count(495, 99, 0, Map.of()))
                        .troubles())
                .hasSize(1);
    }

    @Test
    void aTraceTooManyMakesItVoid() {
        assertThat(agreement(ALL_ACCEPTED, 100, 0, 0, new TraceTally.Count(501, 100, 1, Map.of()))
                        .troubles())
                .hasSize(1);
    }

    @Test
    void aRefusalMakesItVoid() {
        Load oneRefused = new Load(101, 100, Map.of("202", 100L, "503", 1L), 1, null);

        assertThat(agreement(oneRefused, 100, 0, 0, ALL_TRACED).troubles())
                .singleElement()
                .asString()
                .contains("503=1");
    }

    @Test
    void nothingAtAllIsVoid() {
        Load nothing = new Load(0, 0, Map.of(), 1, null);

        assertThat(agreement(nothing, 0, 0, 0, NOTHING_TRACED).troubles()).hasSize(1);
    }

    @Test
    void withoutTracingASpanMakesItVoid() {
        assertThat(new Agreement(ALL_ACCEPTED, 100L, 0, 0, NOTHING_TRACED, Subject.Tracing.NONE).troubles())
                .isEmpty();
        assertThat(new Agreement(ALL_ACCEPTED, 100L, 0, 0, ALL_TRACED, Subject.Tracing.NONE).troubles())
                .hasSize(1);
    }

    @Test
    void ofAnotherImplementationOnlyTheAnswersAreSeen() {
        assertThat(new Agreement(ALL_ACCEPTED, null, 0, 0, null, Subject.Tracing.UNSEEN).troubles())
                .isEmpty();
    }

    private static Agreement agreement(
            Load load, long consumed, long left, long deadLettered, TraceTally.Count traces) {
        return new Agreement(load, consumed, left, deadLettered, traces, Subject.Tracing.FIVE_SPANS);
    }
}
