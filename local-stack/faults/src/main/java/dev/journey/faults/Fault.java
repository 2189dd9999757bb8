package dev.journey.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** What is done to the journey while checkouts go on. From the gentle to the rough. */
enum Fault {
    NONE("none", Refusals.NONE, 10, 10, (journey, load, hold) -> Waiting.hold(hold)),

    TRACES_DEAD("trace backend dead", Refusals.NONE, 10, 40, (journey, load, hold) -> {
        journey.traces().stop();
        Waiting.hold(hold);
        journey.traces().start();
    }),
    TRACES_SLOW("trace backend slow", Refusals.NONE, 12, 40, (journey, load, hold) -> {
        journey.traces().be(TraceBackend.Mood.SLOW);
        Waiting.hold(hold);
        journey.traces().be(TraceBackend.Mood.WELL);
    }),
    TRACES_FAILING("trace backend answers 500", Refusals.NONE, 10, 40, (journey, load, hold) -> {
        journey.traces().be(TraceBackend.Mood.FAILING);
        Waiting.hold(hold);
        journey.traces().be(TraceBackend.Mood.WELL);
    }),

    STOCK_SLOW("stock slow: SIGSTOP nine tenths of the time", Refusals.NONE, 10, 10, (journey, load, hold) -> {
        for (long end = System.nanoTime() + hold.toNanos(); System.nanoTime() - end < 0; ) {
            journey.stock().freeze();
            Waiting.hold(Duration.ofMillis(900));
            journey.stock().resume();
            Waiting.hold(Duration.ofMillis(100));
        }
    }),
    STOCK_FROZEN("stock SIGSTOP, SIGCONT", Refusals.NONE, 10, 10, (journey, load, hold) -> {
        journey.stock().freeze();
        Waiting.hold(hold);
        journey.stock().resume();
    }),
    STOCK_STOPPED("stock SIGTERM, start", Refusals.ANY, 5, 45, (journey, load, hold) -> {
        journey.stock().stop();
        Waiting.hold(hold);
        journey.stock().start();
    }),
    STOCK_KILLED("stock kill -9, start", Refusals.ANY, 0, 45, (journey, load, hold) -> {
        journey.stock().kill();
        journey.stock().start();
    }),

    CHECKOUT_KILLED("checkout kill -9, start", Refusals.SOME, 0, 45, (journey, load, hold) -> {
        journey.checkout().kill();
        journey.checkout().start();
    }),
    GATEWAY_KILLED("gateway kill -9, start", Refusals.SOME, 0, 45, (journey, load, hold) -> {
        journey.gateway().kill();
        journey.gateway().start();
    }),

    CONNECTIONS_CLOSED("broker closes all connections", Refusals.ANY, 0, 10, (journey, load, hold) -> journey.broker()
            .closeAllConnections()),
    /**
     * RabbitMQ confirms what is on its way to a queue at the moment when that is deleted, although nothing has it then.
     * So that the queue is truly empty, the load pauses until all that was sent is answered and delivered.
     */
    QUEUE_DELETED("queue deleted while empty", Refusals.ANY, 0, 10, (journey, load, hold) -> {
        load.drain();
        boolean deleted = Waiting.until(journey.broker()::deleteEmptyQueue, Load.PATIENCE);
        load.resume();
        if (!deleted) {
            throw new IllegalStateException("The queue is never empty");
        }
    }),
    BROKER_FROZEN("broker SIGSTOP, SIGCONT", Refusals.SOME, 10, 10, (journey, load, hold) -> {
        journey.broker().freeze();
        Waiting.hold(hold);
        journey.broker().resume();
    }),
    DISK_ALARM("broker disk alarm", Refusals.SOME, 10, 10, (journey, load, hold) -> {
        journey.broker().raiseDiskAlarm();
        Waiting.hold(hold);
        journey.broker().clearDiskAlarm();
    }),
    BROKER_KILLED("broker kill -9, start", Refusals.SOME, 2, 45, (journey, load, hold) -> {
        journey.broker().kill();
        Waiting.hold(hold);
        journey.broker().start();
    });

    /** What a fault may cost those who check out while it lasts. */
    enum Refusals {
        /** Nobody may notice. */
        NONE,
        /** Somebody may: a service that starts takes the processors of a small machine, and the gateway refuses what is over. */
        ANY,
        /** Somebody must notice, or else nothing was broken. */
        SOME
    }

    private final String title;
    private final Refusals refusals;
    private final Duration hold;
    private final Duration recoveryLimit;
    private final Action action;

    Fault(String title, Refusals refusals, int holdSeconds, int recoverySeconds, Action action) {
        this.title = title;
        this.refusals = refusals;
        this.hold = Duration.ofSeconds(holdSeconds);
        this.recoveryLimit = Duration.ofSeconds(recoverySeconds);
        this.action = action;
    }

    /** The name that it has on the command line. */
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }

    Refusals refusals() {
        return refusals;
    }

    /** How long it lasts. */
    Duration hold() {
        return hold;
    }

    /** In what time after its end all must be well again. */
    Duration recoveryLimit() {
        return recoveryLimit;
    }

    /** Whether it is the trace backend that is in trouble. */
    boolean isOfTracing() {
        return name().startsWith("TRACES_");
    }

    /** Whether it may end stock between its work and the ack, which has the same work done again. */
    boolean cutsWorkOff() {
        return this == STOCK_KILLED;
    }

    /** Makes the fault, lets it last, and returns once its cause is taken away. */
    void strike(Journey journey, Load load, Duration duration) throws IOException, InterruptedException {
        action.strike(journey, load, duration);
    }

    private interface Action {
        void strike(Journey journey, Load load, Duration hold) throws IOException, InterruptedException;
    }
}
