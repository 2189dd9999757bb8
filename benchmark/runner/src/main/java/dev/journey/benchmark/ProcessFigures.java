package dev.journey.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Linux tells of a process (proc(5)).
 *
 * @param cpuMilliseconds the processor time that all of its threads have taken, in user and system mode
 * @param residentKilobytes its memory that is in the machine's
 * @param threads how many threads it has
 */
record ProcessFigures(long cpuMilliseconds, long residentKilobytes, int threads) {

    /** USER_HZ is 100 wherever Linux runs Java: it is part of the system call interface. */
    private static final long MILLISECONDS_A_TICK = 10;

    /** @throws IOException if there is no such process */
    static ProcessFigures of(long pid) throws IOException {
        Path folder = Path.of("/proc", Long.toString(pid));
        return parse(Files.readString(folder.resolve("stat")), Files.readString(folder.resolve("status")));
    }

    static ProcessFigures parse(String stat, String status) {
        // The program's name, in parentheses, may have spaces and parentheses in it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return new ProcessFigures(
                ticks * MILLISECONDS_A_TICK, number(status, "VmRSS"), Math.toIntExact(number(status, "Threads")));
    }

    /** The processor time that the whole machine has been busy, in milliseconds. */
    static long machineBusyMilliseconds() throws IOException {
        return parseMachine(Files.readString(Path.of("/proc/stat")));
    }

    static long parseMachine(String stat) {
        String[] fields = stat.lines().findFirst().orElseThrow().trim().split(" +");
        long busy = 0;
        // user, nice, system, idle, iowait, irq, softirq, steal; what follows is in user and nice.
        for (int index : new int[] {1, 2, 3, 6, 7}) {
            busy += Long.parseLong(fields[index]);
        }
        return busy * MILLISECONDS_A_TICK;
    }

    private static long number(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim().split(" ")[0])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
