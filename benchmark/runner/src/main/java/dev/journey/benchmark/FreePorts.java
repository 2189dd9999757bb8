package dev.journey.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports of 127.0.0.1 that nothing listens on, each given once. */
final class FreePorts {

    private int next;

    /** @param first where to look first; below those that a system gives to outgoing connections */
    FreePorts(int first) {
        next = first;
    }

    int find() {
        while (true) {
            int port = next++;
            try {
                new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
                return port;
            } catch (IOException taken) {
                // The next one, then.
            }
        }
    }
}
