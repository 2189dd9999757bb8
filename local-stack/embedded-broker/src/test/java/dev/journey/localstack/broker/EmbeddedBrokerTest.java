package dev.journey.localstack.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.Return;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerTest {

    private static final String EXCHANGE = "exchange";
    private static final String KEY = "checkout.processed";
    private static final String QUEUE = "stock-queue";
    private static final byte[] BODY = "{\"total\":1234}".getBytes(UTF_8);

    @Test
    void confirmsDeliversAndForgetsAcknowledgedMessage() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(0);
                Connection connection = connect(broker, "/");
                Channel channel = connection.createChannel()) {
            declare(channel);
            channel.confirmSelect();
            channel.basicPublish(EXCHANGE, KEY, true, MessageProperties.PERSISTENT_TEXT_PLAIN, BODY);
            assertThat(channel.waitForConfirms(5_000)).isTrue();

            GetResponse message = channel.basicGet(QUEUE, false);
            assertThat(message.getBody()).isEqualTo(BODY);
            assertThat(message.getProps().getDeliveryMode()).isEqualTo(2);
            assertThat(message.getEnvelope().getExchange()).isEqualTo(EXCHANGE);
            channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
            assertThat(channel.basicGet(QUEUE, false)).isNull();
        }
    }

    @Test
    void returnsUnroutableMandatoryMessageAndKeepsTheConnection() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(0);
                Connection connection = connect(broker, "/");
                Channel channel = connection.createChannel()) {
            declare(channel);
            List<Return> returned = new CopyOnWriteArrayList<>();
            channel.addReturnListener(returned::add);
            channel.confirmSelect();
            channel.basicPublish(EXCHANGE, "nobody.listens", true, MessageProperties.PERSISTENT_TEXT_PLAIN, BODY);

            await().untilAsserted(() -> assertThat(returned).singleElement().satisfies(message -> {
                assertThat(message.getReplyCode()).isEqualTo(312);
                assertThat(message.getRoutingKey()).isEqualTo("nobody.listens");
            }));
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @Test
    void givesBackUnacknowledgedMessageWhenTheConsumerIsGone() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(0)) {
            try (Connection connection = connect(broker, "/");
                    Channel channel = connection.createChannel()) {
                declare(channel);
                channel.basicPublish(EXCHANGE, KEY, MessageProperties.PERSISTENT_TEXT_PLAIN, BODY);
                await().until(() -> channel.basicGet(QUEUE, false) != null);
            }
            try (Connection connection = connect(broker, "/");
                    Channel channel = connection.createChannel()) {
                await().untilAsserted(() -> assertThat(channel.basicGet(QUEUE, true))
                        .isNotNull()
                        .satisfies(message -> {
                            assertThat(message.getEnvelope().isRedeliver()).isTrue();
                            assertThat(message.getBody()).isEqualTo(BODY);
                        }));
            }
        }
    }

    @Test
    void oneVirtualHostAnswersToThreeNames() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(0)) {
            try (Connection connection = connect(broker, "/");
                    Channel channel = connection.createChannel()) {
                declare(channel);
            }
            for (String virtualHost : List.of("", "default", "/")) {
                try (Connection connection = connect(broker, virtualHost);
                        Channel channel = connection.createChannel()) {
                    assertThat(channel.queueDeclarePassive(QUEUE).getQueue()).isEqualTo(QUEUE);
                }
            }
        }
    }

    @Test
    void refusesAWrongPassword() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(0)) {
            ConnectionFactory factory = factory(broker, "/");
            factory.setPassword("wrong");
            assertThatThrownBy(factory::newConnection).isInstanceOf(PossibleAuthenticationFailureException.class);
        }
    }

    @Test
    void startsAgainOnTheSamePortAndRemembersNothing() throws Exception {
        int port;
        try (EmbeddedBroker broker = EmbeddedBroker.start(0);
                Connection connection = connect(broker, "/");
                Channel channel = connection.createChannel()) {
            port = broker.port();
            declare(channel);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(port);
                Connection connection = connect(broker, "/")) {
            assertThat(broker.port()).isEqualTo(port);
            Channel channel = connection.createChannel();
            assertThatThrownBy(() -> channel.queueDeclarePassive(QUEUE)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void closingDropsOpenConnectionsAndAllowsRestartOnThePort() throws Exception {
        EmbeddedBroker first = EmbeddedBroker.start(0);
        Connection connection = connect(first, "/");
        first.close();
        await().until(() -> !connection.isOpen());
        try (EmbeddedBroker second = EmbeddedBroker.start(first.port());
                Connection again = connect(second, "/")) {
            assertThat(again.isOpen()).isTrue();
        }
    }

    @Test
    void twoRunAtOnceWithoutSharingQueues() throws Exception {
        try (EmbeddedBroker one = EmbeddedBroker.start(0);
                Connection toOne = connect(one, "/")) {
            try (EmbeddedBroker two = EmbeddedBroker.start(0);
                    Connection toTwo = connect(two, "/")) {
                assertThat(one.port()).isNotEqualTo(two.port());
                declare(toOne.createChannel());
                Channel channel = toTwo.createChannel();
                assertThatThrownBy(() -> channel.queueDeclarePassive(QUEUE)).isInstanceOf(IOException.class);
            }
            assertThat(toOne.createChannel().queueDeclarePassive(QUEUE).getQueue())
                    .isEqualTo(QUEUE);
        }
    }

    @Test
    void refusesATakenPort() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(0)) {
            assertThatThrownBy(() -> EmbeddedBroker.start(broker.port()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(Integer.toString(broker.port()));
        }
        assertThatThrownBy(() -> EmbeddedBroker.start(65536)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void leavesNoFilesBehind() throws IOException {
        List<Path> before = currentDirectory();
        try (EmbeddedBroker broker = EmbeddedBroker.start(0)) {
            assertThat(broker.port()).isPositive();
            assertThat(currentDirectory()).isEqualTo(before);
        }
        assertThat(currentDirectory()).isEqualTo(before);
    }

    private static List<Path> currentDirectory() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(""))) {
            return files.sorted().toList();
        }
    }

    private static void declare(Channel channel) throws IOException {
        channel.exchangeDeclare(EXCHANGE, "direct", true);
        channel.queueDeclare(QUEUE, true, false, false, Map.of());
        channel.queueBind(QUEUE, EXCHANGE, KEY);
    }

    private static Connection connect(EmbeddedBroker broker, String virtualHost) throws IOException, TimeoutException {
        return factory(broker, virtualHost).newConnection();
    }

    private static ConnectionFactory factory(EmbeddedBroker broker, String virtualHost) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(broker.port());
        factory.setVirtualHost(virtualHost);
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }
}
