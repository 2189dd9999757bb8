package dev.journey.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private final Ledger ledger = new Ledger();
    private final Occurrence fault = new Occurrence(Fault.BROKER_KILLED, 1);

    @BeforeEach
    void begin() {
        ledger.begins(fault);
    }

    @Test
    void anAcceptedCheckoutThatNeverArrivesIsLost() {
        checkout("arrives", 202, 1);
        checkout("vanishes", 202, 0);

        Tally tally = ledger.tally(List.of(fault));

        assertThat(tally.accepted()).isEqualTo(2);
        assertThat(tally.delivered()).isEqualTo(1);
        assertThat(tally.lost()).containsExactly("vanishes");
        assertThat(ledger.isSettled(seconds(100))).isFalse();

        ledger.writeOff();
        assertThat(ledger.isSettled(seconds(100))).isTrue();
        assertThat(ledger.tally(List.of(fault)).lost()).containsExactly("vanishes");
    }

    @Test
    void aDeadLetterIsNotLost() {
        checkout("poison", 202, 0);
        ledger.deadLettered("poison");

        Tally tally = ledger.tally(List.of(fault));

        assertThat(tally.deadLettered()).isEqualTo(1);
        assertThat(tally.delivered()).isZero();
        assertThat(tally.lost()).isEmpty();
        assertThat(ledger.isSettled(seconds(100))).isTrue();
    }

    @Test
    void aRefusedCheckoutIsNotLostAndMayHaveArrivedAllTheSame() {
        checkout("refused", 503, 0);
        checkout("late", 504, 1);
        checkout("broken off", Ledger.NO_CONNECTION, 0);
        checkout("given up", Ledger.NO_ANSWER, 0);

        Tally tally = ledger.tally(List.of(fault));

        assertThat(tally.accepted()).isZero();
        assertThat(tally.refused()).isEqualTo(Map.of("503", 1, "504", 1, "no connection", 1, "no answer", 1));
        assertThat(tally.refusedYetTaken()).isEqualTo(1);
        assertThat(tally.lost()).isEmpty();
    }

    @Test
    void aCheckoutThatIsTakenTwiceIsDoubled() {
        checkout("once", 202, 1);
        checkout("twice", 202, 2);

        Tally tally = ledger.tally(List.of(fault));

        assertThat(tally.doubled()).isEqualTo(1);
        assertThat(tally.delivered()).isEqualTo(2);
    }

    @Test
    void whatIsDoubledIsTheDoingOfTheFaultDuringWhichItCameAgain() {
        checkout("taken before the kill, and after", 202, 1);
        Occurrence kill = new Occurrence(Fault.STOCK_KILLED, 1);
        ledger.begins(kill);
        ledger.taken("taken before the kill, and after", seconds(3));
        ledger.taken("taken before the kill, and after", seconds(4));

        assertThat(ledger.tally(List.of(fault)).doubled()).isZero();
        assertThat(ledger.tally(List.of(kill)).doubled()).isEqualTo(1);
        assertThat(ledger.tally(List.of(fault, kill)).doubled()).isEqualTo(1);
    }

    @Test
    void whatArrivesBeforeItsAnswerCounts() {
        ledger.sent("quick", fault, 0);
        ledger.taken("quick", seconds(1));
        assertThat(ledger.isSettled(seconds(100))).as("not answered").isFalse();
        ledger.answered("quick", 202, seconds(2));

        assertThat(ledger.tally(List.of(fault)).delivered()).isEqualTo(1);
        assertThat(ledger.isSettled(seconds(100))).isTrue();
    }

    @Test
    void aTraceThatNobodySentIsAStranger() {
        ledger.taken("somebody else's", 0);
        ledger.deadLettered("null");

        assertThat(ledger.strangers()).isEqualTo(2);
    }

    @Test
    void eachOccurrenceHasItsOwn() {
        Occurrence other = new Occurrence(Fault.BROKER_KILLED, 2);
        checkout("one", 202, 1);
        ledger.sent("two", other, 0);
        ledger.answered("two", 202, 1);

        assertThat(ledger.tally(List.of(fault)).sent()).isEqualTo(1);
        assertThat(ledger.tally(List.of(other)).lost()).containsExactly("two");
        assertThat(ledger.tally(List.of(fault, other)).accepted()).isEqualTo(2);
        assertThat(ledger.accepted()).isEqualTo(2);
    }

    @Test
    void whatIsUnderWayWhenAFaultBeginsCountsAsItsOwn() {
        Occurrence next = new Occurrence(Fault.STOCK_KILLED, 1);
        checkout("done", 202, 1);
        checkout("accepted, not yet there", 202, 0);
        ledger.sent("not answered", fault, 0);

        ledger.begins(next);
        ledger.answered("not answered", Ledger.NO_CONNECTION, 1);

        assertThat(ledger.tally(List.of(fault)).sent()).isEqualTo(1);
        assertThat(ledger.tally(List.of(fault)).lost()).isEmpty();
        assertThat(ledger.tally(List.of(next)).lost()).containsExactly("accepted, not yet there");
        assertThat(ledger.tally(List.of(next)).refused()).isEqualTo(Map.of("no connection", 1));
    }

    @Test
    void aTimeToAnAnswerCountsFromWhenTheCheckoutWasDue() {
        checkout("one", 0, 202, 1);
        checkout("two", 0, 202, 3);
        checkout("three", 2, 504, 9);

        Tally tally = ledger.tally(List.of(fault));

        assertThat(tally.medianSeconds()).isEqualTo(1);
        assertThat(tally.longestSeconds()).as("a refusal counts, too").isEqualTo(7);
    }

    @Test
    void recoveryCountsFromTheEndOfTheFaultAndByWhatIsSentAfterIt() {
        checkout("sent before, answered after", 9, 202, 11);
        ledger.taken("sent before, answered after", seconds(11));
        checkout("refused", 12, 503, 13);
        checkout("accepted", 14, 202, 15);
        ledger.taken("accepted", seconds(17));
        checkout("refused again", 16, 503, 17);
        fault.end(seconds(10));

        assertThat(ledger.recovery(fault)).isEqualTo(new Recovery(5.0, 7.0, 6.0, null));
        assertThat(ledger.recovery(fault).seconds()).isEqualTo(7);
    }

    @Test
    void whatDoesNotRecoverSaysSo() {
        fault.end(seconds(10));
        checkout("refused", 12, 503, 13);

        assertThat(ledger.recovery(fault)).isEqualTo(new Recovery(null, null, 2.0, null));
    }

    private void checkout(String traceId, int status, int taken) {
        checkout(traceId, 0, status, 1);
        for (int time = 0; time < taken; time++) {
            ledger.taken(traceId, seconds(2));
        }
    }

    private void checkout(String traceId, long due, int status, long answeredAt) {
        ledger.sent(traceId, fault, seconds(due));
        ledger.answered(traceId, status, seconds(answeredAt));
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
