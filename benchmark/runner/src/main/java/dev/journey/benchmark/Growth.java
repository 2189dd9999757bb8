package dev.journey.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether a checkout costs the same after many others, and nothing piles up. */
final class Growth {

    private static final int FIRST = 1000;
    private static final int FACTOR = 10;
    private static final int LONGEST_LOAD_SECONDS = 30;

    private final Broker broker;
    private final Meter meter;
    private final Vegeta vegeta;

    Growth(Broker broker, Meter meter, Vegeta vegeta) {
        this.broker = broker;
        this.meter = meter;
        this.vegeta = vegeta;
    }

    /**
     * What there is after so many checkouts.
     *
     * @param checkouts how many since the warm-up
     * @param measurement the last of the loads that led there
     * @param threads of each process
     * @param connections to the broker
     * @param channels to the broker
     */
    record Stage(
            long checkouts, Measurement measurement, Map<String, Integer> threads, int connections, int channels) {}

    /**
     * Sends that many, in loads of at most half a minute, and looks each time there are ten times as many.
     *
     * @param subject is warm
     */
    List<Stage> measure(Subject subject, int checkouts, int senders, double rate)
            throws IOException, InterruptedException {
        List<Stage> stages = new ArrayList<>();
        long sent = 0;
        for (long goal = FIRST; goal <= checkouts; goal *= FACTOR) {
            Measurement last = null;
            List<String> troubles = new ArrayList<>();
            while (sent < goal) {
                int seconds = (int) Math.min(LONGEST_LOAD_SECONDS, Math.ceil((goal - sent) / rate));
                last = meter.measure(
                        subject,
                        Measurement.Kind.GROWTH,
                        stages.size() + 1,
                        0,
                        () -> vegeta.saturate(subject.entrance(), senders, Math.max(seconds, 1)));
                sent += last.load().accepted();
                troubles.addAll(last.troubles());
                if (!troubles.isEmpty()) {
                    break;
                }
            }
            if (last == null) {
                continue;
            }
            stages.add(stage(subject, sent, last));
            if (!troubles.isEmpty()) {
                break;
            }
        }
        return stages;
    }

    private Stage stage(Subject subject, long sent, Measurement last) throws IOException, InterruptedException {
        Map<String, Integer> threads = new LinkedHashMap<>();
        for (Map.Entry<String, ProcessFigures> process : subject.figures().entrySet()) {
            threads.put(process.getKey(), process.getValue().threads());
        }
        return new Stage(
                sent, last, threads, broker.connections(subject.virtualHost()), broker.channels(subject.virtualHost()));
    }
}
