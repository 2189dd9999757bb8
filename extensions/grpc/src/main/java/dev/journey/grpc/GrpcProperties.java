package dev.journey.grpc;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.web.server.Ssl.ClientAuth;
import org.springframework.util.unit.DataSize;

/** Settings of this extension, all below {@code journey.grpc}. What an endpoint's URI says itself wins over them. */
@ConfigurationProperties("journey.grpc")
public class GrpcProperties {

    /** What holds for calls that a {@code grpc} producer makes. */
    private final Client client = new Client();

    /** What holds for the servers of {@code grpc} consumers. */
    private final Server server = new Server();

    public Client getClient() {
        return client;
    }

    public Server getServer() {
        return server;
    }

    /** Settings below {@code journey.grpc.client}. */
    public static class Client {

        /** The longest a call may take that has no deadline of its own. Zero: as long as it likes. */
        private Duration deadline = Duration.ofSeconds(5);

        /** The longest that opening a connection to one address may take. */
        private Duration connectTimeout = Duration.ofSeconds(1);

        /** How often connecting is tried while the server is away. */
        private Duration reconnectInterval = Duration.ofSeconds(1);

        /** After how long without an answer a connection in use is checked; gRPC takes at least ten seconds. */
        private Duration keepAliveTime = Duration.ofSeconds(10);

        /** The longest that the answer to such a check may take. */
        private Duration keepAliveTimeout = Duration.ofSeconds(2);

        /** How calls are spread over a host's addresses: pick_first or round_robin. */
        private String loadBalancing = "pick_first";

        /** The SSL bundle (spring.ssl.bundle) to connect with; none: plain text. */
        private String sslBundle;

        public Duration getDeadline() {
            return deadline;
        }

        public void setDeadline(Duration deadline) {
            this.deadline = deadline;
        }

        public Duration getConnectTimeout() {
            return connectTimeout;
        }

        public void setConnectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
        }

        public Duration getReconnectInterval() {
            return reconnectInterval;
        }

        public void setReconnectInterval(Duration reconnectInterval) {
            this.reconnectInterval = reconnectInterval;
        }

        public Duration getKeepAliveTime() {
            return keepAliveTime;
        }

        public void setKeepAliveTime(Duration keepAliveTime) {
            this.keepAliveTime = keepAliveTime;
        }

        public Duration getKeepAliveTimeout() {
            return keepAliveTimeout;
        }

        public void setKeepAliveTimeout(Duration keepAliveTimeout) {
            this.keepAliveTimeout = keepAliveTimeout;
        }

        public String getLoadBalancing() {
            return loadBalancing;
        }

        public void setLoadBalancing(String loadBalancing) {
            this.loadBalancing = loadBalancing;
        }

        public String getSslBundle() {
            return sslBundle;
        }

        public void setSslBundle(String sslBundle) {
            this.sslBundle = sslBundle;
        }
    }

    /** Settings below {@code journey.grpc.server}. */
    public static class Server {

        /** Whether clients may ask which services and messages there are. */
        private boolean reflection = true;

        /** The longest that a stop waits for the calls in hand; then they are cancelled. */
        private Duration shutdownGrace = Duration.ofSeconds(6);

        /** How many calls may be in progress, each on a thread of its own. Others are refused with UNAVAILABLE. */
        private int maxCalls = 256;

        /** How many calls one connection may have in progress; its client keeps the others back. */
        private int maxCallsPerConnection = 128;

        /** The largest message that is taken. */
        private DataSize maxMessageSize = DataSize.ofKilobytes(64);

        /** The most metadata that a call may bring. */
        private DataSize maxMetadataSize = DataSize.ofKilobytes(8);

        /** How long a new connection may take to speak HTTP/2. */
        private Duration handshakeTimeout = Duration.ofSeconds(5);

        /** After how long without a word a connection is checked. */
        private Duration keepAliveTime = Duration.ofMinutes(1);

        /** How often a client may check its connection; one that does so more often is disconnected. */
        private Duration permitKeepAliveTime = Duration.ofSeconds(10);

        /** After how long a connection without calls is closed. */
        private Duration maxConnectionIdle = Duration.ofMinutes(5);

        /** After how long a connection is given up for a new one, once the calls on it have ended. */
        private Duration maxConnectionAge = Duration.ofMinutes(30);

        /** The SSL bundle (spring.ssl.bundle) to serve with; none: plain text. */
        private String sslBundle;

        /** Whether clients may (want) or must (need) show a certificate that the bundle trusts. */
        private ClientAuth clientAuth = ClientAuth.NONE;

        public boolean isReflection() {
            return reflection;
        }

        public void setReflection(boolean reflection) {
            this.reflection = reflection;
        }

        public Duration getShutdownGrace() {
            return shutdownGrace;
        }

        public void setShutdownGrace(Duration shutdownGrace) {
            this.shutdownGrace = shutdownGrace;
        }

        public int getMaxCalls() {
            return maxCalls;
        }

        public void setMaxCalls(int maxCalls) {
            this.maxCalls = maxCalls;
        }

        public int getMaxCallsPerConnection() {
            return maxCallsPerConnection;
        }

        public void setMaxCallsPerConnection(int maxCallsPerConnection) {
            this.maxCallsPerConnection = maxCallsPerConnection;
        }

        public DataSize getMaxMessageSize() {
            return maxMessageSize;
        }

        public void setMaxMessageSize(DataSize maxMessageSize) {
            this.maxMessageSize = maxMessageSize;
        }

        public DataSize getMaxMetadataSize() {
            return maxMetadataSize;
        }

        public void setMaxMetadataSize(DataSize maxMetadataSize) {
            this.maxMetadataSize = maxMetadataSize;
        }

        public Duration getHandshakeTimeout() {
            return handshakeTimeout;
        }

        public void setHandshakeTimeout(Duration handshakeTimeout) {
            this.handshakeTimeout = handshakeTimeout;
        }

        public Duration getKeepAliveTime() {
            return keepAliveTime;
        }

        public void setKeepAliveTime(Duration keepAliveTime) {
            this.keepAliveTime = keepAliveTime;
        }

        public Duration getPermitKeepAliveTime() {
            return permitKeepAliveTime;
        }

        public void setPermitKeepAliveTime(Duration permitKeepAliveTime) {
            this.permitKeepAliveTime = permitKeepAliveTime;
        }

        public Duration getMaxConnectionIdle() {
            return maxConnectionIdle;
        }

        public void setMaxConnectionIdle(Duration maxConnectionIdle) {
            this.maxConnectionIdle = maxConnectionIdle;
        }

        public Duration getMaxConnectionAge() {
            return maxConnectionAge;
        }

        public void setMaxConnectionAge(Duration maxConnectionAge) {
            this.maxConnectionAge = maxConnectionAge;
        }

        public String getSslBundle() {
            return sslBundle;
        }

        public void setSslBundle(String sslBundle) {
            this.sslBundle = sslBundle;
        }

        public ClientAuth getClientAuth() {
            return clientAuth;
        }

        public void setClientAuth(ClientAuth clientAuth) {
            this.clientAuth = clientAuth;
        }
    }
}
