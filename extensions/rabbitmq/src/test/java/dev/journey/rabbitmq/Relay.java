package dev.journey.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a client and the broker, so that a test can take the broker away: down, frozen, or short of memory. */
final class Relay {

    // AMQP 0-9-1, 2.3.5: method frames on channel 0, of class connection (10); blocked (60) has a short string.
    private static final byte[] BLOCKED = {1, 0, 0, 0, 0, 0, 6, 0, 10, 0, 60, 1, 'x', (byte) 0xCE};
    private static final byte[] UNBLOCKED = {1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 61, (byte) 0xCE};

    private final int port;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean frozen;
    private ServerSocket server;
    private Thread acceptor;

    Relay(int port) {
        this.port = port;
    }

    void up() throws IOException {
        up(new ServerSocket(port, 100, InetAddress.getByName("127.0.0.1")));
    }

    /** Accepts connections at a socket of the caller's, as one for TLS, and answers its port. */
    int up(ServerSocket accepting) {
        frozen = false;
        server = accepting;
        acceptor = start(() -> {
            while (true) {
                Socket client = accepting.accept();
                sockets.add(client);
                clients.add(client);
                if (!frozen) {
                    Socket broker = new Socket(Broker.HOST, Broker.PORT);
                    sockets.add(broker);
                    start(() -> copy(client, broker));
                    start(() -> copy(broker, client));
                }
            }
        });
        return accepting.getLocalPort();
    }

    /** From now on connections are accepted and kept, but no byte passes either way. */
    void freeze() {
        frozen = true;
    }

    boolean hasClients() {
        return !clients.isEmpty();
    }

    /** Tells the clients, as a broker does, that no messages are taken; nothing else may be on its way to them. */
    void block() throws IOException {
        tell(BLOCKED);
    }

    void unblock() throws IOException {
        tell(UNBLOCKED);
    }

    private void tell(byte[] frame) throws IOException {
        for (Socket client : clients) {
            client.getOutputStream().write(frame);
        }
    }

    void down() throws IOException, InterruptedException {
        if (server != null) {
            server.close();
            // Until then the port still takes a connection.
            acceptor.join();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
        clients.clear();
    }

    private void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!frozen) {
                    out.write(buffer, 0, read);
                }
            }
        }
    }

    private static Thread start(Transfer transfer) {
        Thread thread = new Thread(() -> {
            try {
                transfer.run();
            } catch (IOException exception) {
                // One side has gone.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private interface Transfer {
        void run() throws IOException;
    }
}
