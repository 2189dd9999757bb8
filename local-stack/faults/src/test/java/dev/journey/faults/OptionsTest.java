package dev.journey.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void theLongRunIsTheDefault() {
        Options options = Options.parse(List.of());

        assertThat(options.faults()).containsExactly(Fault.values());
        assertThat(options.times()).isEqualTo(3);
        assertThat(options.accepted()).isEqualTo(100_000);
    }

    @Test
    void theShortRunMakesEachFaultOnce() {
        Options options = Options.parse(List.of("--short"));

        assertThat(options.faults()).containsExactly(Fault.values());
        assertThat(options.times()).isEqualTo(1);
        assertThat(options.accepted()).isZero();
    }

    @Test
    void whatIsAskedForHoldsInWhateverOrder() {
        Options options = Options.parse(
                List.of("--times", "4", "--accepted", "9", "--only", "broker-killed,none", "--rate", "20"));

        assertThat(options)
                .isEqualTo(Options.parse(
                        List.of("--rate", "20", "--only", "none,broker-killed", "--accepted", "9", "--times", "4")));
        assertThat(options.faults()).containsExactly(Fault.NONE, Fault.BROKER_KILLED);
        assertThat(options.times()).isEqualTo(4);
        assertThat(options.accepted()).isEqualTo(9);
        assertThat(options.rate()).isEqualTo(20);
    }

    @Test
    void whatIsNotKnownIsToldSo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(List.of("--only", "flood")))
                .withMessageContaining("flood")
                .withMessageContaining("broker-killed");
        assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--tims", "4")));
        assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--times")));
        assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--times", "0")));
        assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--times", "x")));
    }
}
