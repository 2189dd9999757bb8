package dev.journey.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessFiguresTest {

    @Test
    void addsUserAndSystemTimeWhateverTheProgramIsCalled() {
        String stat = "4711 (a b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 999 999 20 0 31 0 12345 1 1";

        assertThat(ProcessFigures.parse(stat, "Name:\ta\nVmRSS:\t  2048 kB\nThreads:\t31\n"))
                .isEqualTo(new ProcessFigures(3000, 2048, 31));
    }

    @Test
    void readsThisProcess() throws Exception {
        ProcessFigures figures = ProcessFigures.of(ProcessHandle.current().pid());

        assertThat(figures.cpuMilliseconds()).isPositive();
        assertThat(figures.residentKilobytes()).isPositive();
        assertThat(figures.threads()).isPositive();
    }

    @Test
    void theMachineIsBusyWhenItIsNeitherIdleNorWaiting() {
        assertThat(ProcessFigures.parseMachine("cpu  10 20 30 4000 500 1 2 3 7 8\ncpu0 1 1 1 1 1 1 1 1 0 0\n"))
                .isEqualTo(630);
    }
}
