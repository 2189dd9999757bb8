package dev.journey.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a client and the broker, so that a test can take the broker away: down, or frozen. */
final class Relay {

    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean frozen;
    private ServerSocket server;
    private Thread acceptor;

    Relay(int port) {
        this.port = port;
    }

    void up() throws IOException {
        frozen = false;
        server = new ServerSocket(port, 100, InetAddress.getByName("127.0.0.1"));
        ServerSocket accepting = server;
        acceptor = start(() -> {
            while (true) {
                Socket client = accepting.accept();
                sockets.add(client);
                if (!frozen) {
                    Socket broker = new Socket(Broker.HOST, Broker.PORT);
                    sockets.add(broker);
                    start(() -> copy(client, broker));
                    start(() -> copy(broker, client));
                }
            }
        });
    }

    /** From now on connections are accepted and kept, but no byte passes either way. */
    void freeze() {
        frozen = true;
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
