package dev.journey.benchmark;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What to run, and how.
 *
 * @param rows what to measure
 * @param peer where another implementation takes checkouts, or null
 * @param peerPids its processes, as far as their processor time is wanted
 * @param repetitions how often each is measured, in turn
 * @param seconds how long one measurement lasts
 * @param warmUpSeconds how long each is loaded before the first
 * @param senders how many requests there are at once at saturation
 * @param growth how many checkouts growth goes up to
 * @param messages how many messages stock and PerfTest find in their queues
 * @param starts how often each start is measured
 * @param java the home of the JDK that runs what is measured
 * @param javaOptions what its JVMs are told
 * @param firstPort where to look for free ports
 */
record Options(
        List<Row> rows,
        URI peer,
        List<Long> peerPids,
        int repetitions,
        int seconds,
        int warmUpSeconds,
        int senders,
        int growth,
        int messages,
        int starts,
        Path java,
        List<String> javaOptions,
        int firstPort) {

    /**
     * Reads them.
     *
     * @param image whose options its JVMs have unless others are given
     * @throws IllegalArgumentException if they cannot be understood
     */
    static Options parse(List<String> arguments, ContainerImage image) {
        boolean isShort = arguments.contains("--short");
        List<Row> rows = isShort ? List.of(Row.PIPELINE, Row.BY_HAND) : List.of(Row.values());
        URI peer = null;
        List<Long> peerPids = List.of();
        // Many short turns: a machine's speed drifts from one minute to the next, more than what is compared differs.
        int repetitions = isShort ? 1 : 12;
        int seconds = isShort ? 4 : 6;
        int warmUp = isShort ? 6 : 120;
        int senders = 32;
        int growth = isShort ? 1000 : 1_000_000;
        int messages = isShort ? 10_000 : 60_000;
        int starts = isShort ? 1 : 3;
        Path java = Path.of(System.getProperty("java.home"));
        String javaOptions = image.options();
        int firstPort = 21_200;
        for (int index = 0; index < arguments.size(); index++) {
            String option = arguments.get(index);
            switch (option) {
                case "--short" -> {}
                case "--row" -> rows = Row.named(value(arguments, ++index));
                case "--peer" -> peer = address(value(arguments, ++index));
                case "--peer-pid" ->
                    peerPids = Arrays.stream(value(arguments, ++index).split(","))
                            .map(Long::valueOf)
                            .toList();
                case "--repetitions" -> repetitions = number(value(arguments, ++index));
                case "--seconds" -> seconds = number(value(arguments, ++index));
                case "--warm-up" -> warmUp = number(value(arguments, ++index));
                case "--senders" -> senders = number(value(arguments, ++index));
                case "--growth" -> growth = number(value(arguments, ++index));
                case "--messages" -> messages = number(value(arguments, ++index));
                case "--starts" -> starts = number(value(arguments, ++index));
                case "--java" -> java = Path.of(value(arguments, ++index));
                case "--java-options" -> javaOptions = value(arguments, ++index);
                case "--first-port" -> firstPort = number(value(arguments, ++index));
                default -> throw new IllegalArgumentException(option + " is not known; see --help");
            }
        }
        return new Options(
                rows,
                peer,
                peerPids,
                repetitions,
                seconds,
                warmUp,
                senders,
                growth,
                messages,
                starts,
                java,
                Arrays.stream(javaOptions.split(" "))
                        .filter(word -> !word.isEmpty())
                        .toList(),
                firstPort);
    }

    private static String value(List<String> arguments, int index) {
        if (index >= arguments.size()) {
            throw new IllegalArgumentException(arguments.get(index - 1) + " needs a value");
        }
        return arguments.get(index);
    }

    private static URI address(String text) {
        URI address = URI.create(text);
        if (address.getHost() == null) {
            throw new IllegalArgumentException(text + " is no URL such as http://127.0.0.1:8081/api/checkout");
        }
        return address.getPath().isEmpty() || address.getPath().equals("/")
                ? address.resolve("/api/checkout")
                : address;
    }

    private static int number(String text) {
        int number = Integer.parseInt(text);
        if (number < 1) {
            throw new IllegalArgumentException(text + " is too small");
        }
        return number;
    }
}
