package dev.journey.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port on 127.0.0.1 that nothing listens on, below those that a system gives to outgoing connections, so that it
 * stays free while the application that it is for is stopped.
 */
final class FreePort {

    private static final int FIRST = 20_000;
    private static final int END = 30_000;

    private FreePort() {}

    static int find() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try {
                new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
                return port;
            } catch (IOException taken) {
                // The next one, then.
            }
        }
    }
}
