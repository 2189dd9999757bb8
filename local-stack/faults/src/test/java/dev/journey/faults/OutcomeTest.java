package dev.journey.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    private static final Recovery WELL = new Recovery(1.0, 2.0, 0.5, 3.0);
    private static final Outcome NONE = outcome(Fault.NONE, tally(100, 0, List.of(), 0.5), WELL);

    @Test
    void whatIsAsPromisedBreaksNothing() {
        assertThat(NONE.broken(NONE)).isEmpty();
        assertThat(outcome(Fault.BROKER_KILLED, tally(90, 10, List.of(), 5.9), WELL)
                        .broken(NONE))
                .isEmpty();
        assertThat(outcome(Fault.TRACES_DEAD, tally(100, 0, List.of(), 0.9), WELL)
                        .broken(NONE))
                .isEmpty();
    }

    @Test
    void aLostCheckoutBreaksThePromise() {
        assertThat(outcome(Fault.BROKER_KILLED, tally(90, 10, List.of("abc"), 1), WELL)
                        .broken(NONE))
                .containsExactly("1 lost, such as abc");
    }

    @Test
    void aDoubledCheckoutBreaksThePromiseUnlessWorkWasCutOff() {
        Tally tally = tally(100, 0, List.of(), 1, 2);

        assertThat(outcome(Fault.STOCK_STOPPED, tally, WELL).broken(NONE))
                .containsExactly("2 doubled, and no work was cut off");
        assertThat(outcome(Fault.STOCK_KILLED, tally, WELL).broken(NONE)).isEmpty();
    }

    @Test
    void aLateAnswerBreaksThePromise() {
        assertThat(outcome(Fault.BROKER_FROZEN, tally(90, 10, List.of(), 6.1), WELL)
                        .broken(NONE))
                .containsExactly("the longest answer took 6.1 s, not 6");
    }

    @Test
    void aRefusalBreaksThePromiseWhereTheFaultIsNobodysBusiness() {
        assertThat(outcome(Fault.STOCK_FROZEN, tally(99, 1, List.of(), 1), WELL).broken(NONE))
                .containsExactly("1 were not accepted, and this fault is nobody's business");
    }

    @Test
    void anAnswerThatDoesNotSayToTryAgainBreaksThePromise() {
        Tally tally = new Tally(100, 90, Map.of("503", 7, "500", 3), 90, 0, List.of(), 0, 0, 1, 0.01, 0.02);

        assertThat(outcome(Fault.BROKER_FROZEN, tally, WELL).broken(NONE)).containsExactly("3 were answered 500");
    }

    @Test
    void aFaultThatNobodyFeelsWasNone() {
        assertThat(outcome(Fault.DISK_ALARM, tally(100, 0, List.of(), 1), WELL).broken(NONE))
                .containsExactly("all were accepted: the fault was not felt");
    }

    @Test
    void tracingTroubleMustNotSlowACheckout() {
        assertThat(outcome(Fault.TRACES_SLOW, tally(100, 0, List.of(), 1.6), WELL)
                        .broken(NONE))
                .containsExactly("the longest answer took 1.6 s, and 0.5 s without a fault");
    }

    @Test
    void aRecoveryThatIsLateOrDoesNotComeBreaksThePromise() {
        Tally tally = tally(90, 10, List.of(), 1);

        assertThat(outcome(Fault.BROKER_FROZEN, tally, new Recovery(1.0, 1.0, 10.5, null))
                        .broken(NONE))
                .containsExactly("it recovered after 10.5 s, not 10");
        assertThat(outcome(Fault.BROKER_FROZEN, tally, new Recovery(1.0, null, 0, null))
                        .broken(NONE))
                .containsExactly("it did not recover");
        assertThat(outcome(Fault.TRACES_DEAD, tally(100, 0, List.of(), 0.5), new Recovery(0.1, 0.1, 0, null))
                        .broken(NONE))
                .containsExactly("it did not recover");
    }

    @Test
    void aRunInWhichNothingWasAcceptedProvesNothing() {
        assertThat(outcome(Fault.BROKER_KILLED, tally(0, 10, List.of(), 1), WELL)
                        .broken(NONE))
                .containsExactly("nothing was accepted");
    }

    @Test
    void theReportNamesTheFaultThatBrokeThePromise() {
        Outcome lost = outcome(Fault.BROKER_KILLED, tally(90, 10, List.of("abc"), 1), WELL);
        Report report = new Report("2026-11-25T00:00:00Z", 10, List.of(NONE, lost), lost.tally(), 1, List.of());

        assertThat(report.broken()).containsExactly("broker kill -9, start: 1 lost, such as abc");
        assertThat(report.table())
                .contains("| broker kill -9, start | 1     | 90       | 10 × 503 | 89        | 0             | 1 ");
    }

    private static Outcome outcome(Fault fault, Tally tally, Recovery recovery) {
        return new Outcome(fault, tally, List.of(recovery), List.of());
    }

    private static Tally tally(int accepted, int refused, List<String> lost, double longest) {
        return tally(accepted, refused, lost, longest, 0);
    }

    private static Tally tally(int accepted, int refused, List<String> lost, double longest, int doubled) {
        return new Tally(
                accepted + refused,
                accepted,
                refused == 0 ? Map.of() : Map.of("503", refused),
                accepted - lost.size(),
                0,
                lost,
                doubled,
                0,
                longest,
                0.01,
                0.02);
    }
}
