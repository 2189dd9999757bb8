package dev.journey.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The JDK's ahead-of-time caches of what is compared, made by a run of the journey, as {@code scripts/train-aot} makes
 * those of the image. A cache fits only the collector and the jars that it was made with.
 *
 * @see <a href="https://openjdk.org/jeps/514">JEP 514, ahead-of-time command-line ergonomics</a>
 */
final class AheadOfTimeCaches {

    private static final int FIRST_JDK = 25;
    private static final int CHECKOUTS = 200;

    private final Jdk jdk;
    private final Path folder;
    private final CheckoutClient client = new CheckoutClient();

    /** @param folder for the caches */
    AheadOfTimeCaches(Jdk jdk, Path folder) {
        this.jdk = jdk;
        this.folder = folder;
    }

    /** Whether the JDK has them. */
    static boolean areSupported(Jdk jdk) {
        return jdk.feature() >= FIRST_JDK;
    }

    /** Has a training run write a service's cache when it ends. */
    List<String> recording(String journey, String service) {
        return List.of("-XX:AOTCacheOutput=" + cache(journey, service));
    }

    /** Has a service use its cache; nothing where the JDK has none. */
    List<String> using(String journey, String service) {
        return areSupported(jdk) ? List.of("-XX:AOTCache=" + cache(journey, service)) : List.of();
    }

    /**
     * Makes the caches of a journey.
     *
     * @param training its services, told to {@linkplain #recording record}; ended when this returns
     * @throws IllegalStateException if a service left none
     */
    void train(String journey, Subject training) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (training) {
            training.start();
            for (int count = 0; count < CHECKOUTS; count++) {
                client.isAccepted(training.entrance());
            }
        }
        for (JavaProcess service : training.services()) {
            if (!Files.isRegularFile(cache(journey, service.name()))) {
                throw new IllegalStateException(
                        "The training run of " + service.name() + " left no cache; see " + service.log());
            }
        }
    }

    private Path cache(String journey, String service) {
        return folder.resolve(journey + "-" + service + ".aot");
    }
}
