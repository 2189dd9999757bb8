package dev.journey.grpc;

import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;

/**
 * A socket that outlives the server which listens on it, so that the next server takes over: whoever connects between the
 * two waits for a moment, and is not refused.
 */
final class ListeningSocket implements AutoCloseable {

    private final InetSocketAddress address;
    private final ServerSocketChannel socket;

    private ListeningSocket(InetSocketAddress address, ServerSocketChannel socket) {
        this.address = address;
        this.socket = socket;
    }

    /** @throws IOException if the address is not free */
    static ListeningSocket open(InetSocketAddress address) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            socket.bind(address, NetUtil.SOMAXCONN);
        } catch (IOException | RuntimeException failure) {
            socket.close();
            throw new IOException("Failed to bind to " + address, failure);
        }
        return new ListeningSocket(address, socket);
    }

    InetSocketAddress address() {
        return address;
    }

    /** What one server accepts its connections from: to be registered with an event loop that no other server has. */
    ServerChannel channel() {
        return new LentChannel(socket);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Is bound from before, and leaves the socket open when it closes. */
    private static final class LentChannel extends NioServerSocketChannel {

        private volatile boolean bound;
        private volatile boolean closed;

        LentChannel(ServerSocketChannel socket) {
            super(socket);
        }

        @Override
        protected void doBind(SocketAddress localAddress) {
            bound = true;
        }

        @Override
        protected void doClose() {
            closed = true;
        }

        @Override
        public boolean isOpen() {
            return !closed && super.isOpen();
        }

        @Override
        public boolean isActive() {
            return bound && isOpen();
        }
    }
}
