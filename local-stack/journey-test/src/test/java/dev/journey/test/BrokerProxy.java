package dev.journey.test;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * A TCP connection between the applications and the broker that can be cut: to them that is a broker which went down,
 * whichever broker it is.
 */
final class BrokerProxy implements AutoCloseable {

    private final InetSocketAddress broker;
    private final int port = FreePort.find();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch thaw = new CountDownLatch(0);
    private ServerSocket listener;

    BrokerProxy(InetSocketAddress broker) {
        this.broker = broker;
    }

    int port() {
        return port;
    }

    /** Accepts connections (again), and passes on what they say. */
    synchronized void restore() throws IOException {
        thaw.countDown();
        if (listener != null) {
            return;
        }
        // The port is taken until the thread that accepts has seen the former one's end.
        ServerSocket opened = await("the proxy's port")
                .ignoreException(BindException.class)
                .until(() -> new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1")), Objects::nonNull);
        listener = opened;
        daemon("broker-proxy", () -> accept(opened));
    }

    /** Accepts connections, and says nothing on them any more. */
    synchronized void freeze() {
        thaw = new CountDownLatch(1);
    }

    /** Breaks every connection and refuses new ones. */
    synchronized void cut() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
        }
        sockets.forEach(BrokerProxy::close);
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        cut();
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                connect(from, from.accept());
            } catch (IOException exception) {
                // Cut, or a broker that is not there: the application sees its connection closed.
            }
        }
    }

    private void connect(ServerSocket from, Socket application) throws IOException {
        sockets.add(application);
        Socket target = new Socket();
        try {
            target.connect(broker);
        } catch (IOException exception) {
            close(application);
            throw exception;
        }
        sockets.add(target);
        application.setTcpNoDelay(true);
        target.setTcpNoDelay(true);
        if (from.isClosed()) {
            // Cut between accepting and here, when these two were not in the set yet.
            close(application);
            close(target);
        }
        daemon("broker-proxy-to-broker", () -> copy(application, target));
        daemon("broker-proxy-to-application", () -> copy(target, application));
    }

    private void copy(Socket source, Socket target) {
        try (source;
                target) {
            InputStream input = source.getInputStream();
            OutputStream output = target.getOutputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int length; (length = input.read(buffer)) >= 0; ) {
                thaw.await();
                output.write(buffer, 0, length);
            }
        } catch (IOException exception) {
            // One side is gone; the other is closed with it.
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(source);
            sockets.remove(target);
        }
    }

    private static void close(Socket socket) {
        try {
            // A reset, as from a broker that died, and no port left waiting.
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException exception) {
            // Closed already.
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
