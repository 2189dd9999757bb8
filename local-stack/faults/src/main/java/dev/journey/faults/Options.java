package dev.journey.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What to run.
 *
 * @param faults which faults, in this order
 * @param times how often each, at least
 * @param accepted how many accepted checkouts there must be in all; rounds are added until there are
 * @param rate checkouts a second
 * @param longestHoldSeconds no fault lasts longer than that
 * @param firstPort where to look for free ports
 */
record Options(List<Fault> faults, int times, int accepted, int rate, int longestHoldSeconds, int firstPort) {

    /** @throws IllegalArgumentException if they cannot be understood */
    static Options parse(List<String> arguments) {
        boolean isShort = arguments.contains("--short");
        boolean isLong = !isShort && !arguments.contains("--only");
        List<Fault> faults = List.of(Fault.values());
        int times = isLong ? 3 : 1;
        int accepted = isLong ? 100_000 : 0;
        int rate = 150;
        int firstPort = 21_500;
        for (int index = 0; index < arguments.size(); index++) {
            switch (arguments.get(index)) {
                case "--short" -> {}
                case "--only" -> faults = named(value(arguments, ++index));
                case "--times" -> times = number(value(arguments, ++index));
                case "--accepted" -> accepted = number(value(arguments, ++index));
                case "--rate" -> rate = number(value(arguments, ++index));
                case "--first-port" -> firstPort = number(value(arguments, ++index));
                default -> throw new IllegalArgumentException(arguments.get(index) + " is not known; see --help");
            }
        }
        return new Options(faults, times, accepted, rate, isShort ? 6 : Integer.MAX_VALUE, firstPort);
    }

    private static List<Fault> named(String names) {
        List<Fault> faults = new ArrayList<>(List.of(Fault.NONE));
        for (String name : names.split(",")) {
            faults.add(Arrays.stream(Fault.values())
                    .filter(fault -> fault.option().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("There is no fault " + name + ", but "
                            + String.join(
                                    ", ",
                                    Arrays.stream(Fault.values())
                                            .map(Fault::option)
                                            .toList()))));
        }
        return faults.stream().distinct().toList();
    }

    private static String value(List<String> arguments, int index) {
        if (index >= arguments.size()) {
            throw new IllegalArgumentException(arguments.get(index - 1) + " needs a value");
        }
        return arguments.get(index);
    }

    private static int number(String text) {
        int number = Integer.parseInt(text);
        if (number < 1) {
            throw new IllegalArgumentException(text + " is too small");
        }
        return number;
    }
}
