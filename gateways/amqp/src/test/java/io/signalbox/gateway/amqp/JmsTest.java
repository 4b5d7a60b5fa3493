package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JMS, through the client of Apache Qpid JMS. */
class JmsTest {
    private static final long PATIENCE_MILLIS = 30_000;

    @TempDir
    Path directory;

    private AmqpFixture server;
    private final List<Connection> connections = new ArrayList<>();

    @BeforeEach
    void start() {
        server = new AmqpFixture(directory);
    }

    @AfterEach
    void stop() throws JMSException {
        for (Connection connection : connections) {
            connection.close();
        }
        server.close();
    }

    private Connection connect() throws JMSException {
        Connection connection = unconnected();
        connection.start();
        return connection;
    }

    private Connection connect(String clientId) throws JMSException {
        Connection connection = unconnected();
        connection.setClientID(clientId);
        connection.start();
        return connection;
    }

    private Connection unconnected() throws JMSException {
        JmsConnectionFactory factory = new JmsConnectionFactory(
                "amqp://127.0.0.1:" + server.port + "?transport.useEpoll=false&transport.useKQueue=false");
        Connection connection = factory.createConnection();
        connections.add(connection);
        return connection;
    }

    @Test
    void textBytesAndMapsThroughAQueue() throws Exception {
        Session session = connect().createSession(Session.AUTO_ACKNOWLEDGE);
        MessageProducer producer = session.createProducer(session.createQueue("work"));
        TextMessage text = session.createTextMessage("hello");
        text.setIntProperty("count", 3);
        text.setJMSType("greeting");
        text.setJMSCorrelationID("c-1");
        producer.send(text);
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeInt(7);
        producer.send(bytes);
        MapMessage map = session.createMapMessage();
        map.setString("k", "v");
        map.setLong("n", 9);
        producer.send(map);
        MessageConsumer consumer = session.createConsumer(session.createQueue("work"));
        TextMessage first = (TextMessage) consumer.receive(PATIENCE_MILLIS);
        assertThat(first.getText()).isEqualTo("hello");
        assertThat(first.getIntProperty("count")).isEqualTo(3);
        assertThat(first.getJMSType()).isEqualTo("greeting");
        assertThat(first.getJMSCorrelationID()).isEqualTo("c-1");
        assertThat(first.getJMSMessageID()).isEqualTo(text.getJMSMessageID());
        assertThat(((BytesMessage) consumer.receive(PATIENCE_MILLIS)).readInt()).isEqualTo(7);
        MapMessage third = (MapMessage) consumer.receive(PATIENCE_MILLIS);
        assertThat(third.getString("k")).isEqualTo("v");
        assertThat(third.getLong("n")).isEqualTo(9);
    }

    @Test
    void requestAndReplyThroughATemporaryQueue() throws Exception {
        Session asking = connect().createSession(Session.AUTO_ACKNOWLEDGE);
        TemporaryQueue replies = asking.createTemporaryQueue();
        MessageConsumer answers = asking.createConsumer(replies);
        Session answering = connect().createSession(Session.AUTO_ACKNOWLEDGE);
        MessageConsumer requests = answering.createConsumer(answering.createQueue("questions"));
        TextMessage question = asking.createTextMessage("?");
        question.setJMSReplyTo(replies);
        asking.createProducer(asking.createQueue("questions")).send(question);
        Message asked = requests.receive(PATIENCE_MILLIS);
        TextMessage answer = answering.createTextMessage("!");
        answer.setJMSCorrelationID(asked.getJMSMessageID());
        answering.createProducer(asked.getJMSReplyTo()).send(answer);
        TextMessage got = (TextMessage) answers.receive(PATIENCE_MILLIS);
        assertThat(got.getText()).isEqualTo("!");
        assertThat(got.getJMSCorrelationID()).isEqualTo(question.getJMSMessageID());
    }

    @Test
    void aDurableSubscriptionLivesUntilItIsUnsubscribed() throws Exception {
        Connection connection = connect("jms-client");
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        Topic news = session.createTopic("news");
        MessageConsumer subscriber = session.createDurableSubscriber(news, "reader");
        subscriber.close();
        session.createProducer(news).send(session.createTextMessage("meanwhile"));
        MessageConsumer again = session.createDurableSubscriber(news, "reader");
        assertThat(((TextMessage) again.receive(PATIENCE_MILLIS)).getText()).isEqualTo("meanwhile");
        again.close();
        session.unsubscribe("reader");
        assertThat(server.broker.session("amqp:jms-client:reader")).isEmpty();
        assertThatThrownBy(() -> session.unsubscribe("reader")).isInstanceOf(JMSException.class);
    }

    @Test
    void sharedConsumersOfATopicTakeTurns() throws Exception {
        Session session = connect().createSession(Session.AUTO_ACKNOWLEDGE);
        Topic news = session.createTopic("news");
        MessageConsumer one = session.createSharedConsumer(news, "team");
        MessageConsumer two = session.createSharedConsumer(news, "team");
        MessageProducer producer = session.createProducer(news);
        producer.send(session.createTextMessage("1"));
        producer.send(session.createTextMessage("2"));
        assertThat(one.receive(PATIENCE_MILLIS)).isNotNull();
        assertThat(two.receive(PATIENCE_MILLIS)).isNotNull();
        assertThat(one.receiveNoWait()).isNull();
        assertThat(two.receiveNoWait()).isNull();
    }

    @Test
    void aSharedDurableSubscriptionLivesUntilItIsUnsubscribed() throws Exception {
        Session session = connect("jms-client").createSession(Session.AUTO_ACKNOWLEDGE);
        Topic news = session.createTopic("news");
        session.createSharedDurableConsumer(news, "team").close();
        session.createProducer(news).send(session.createTextMessage("meanwhile"));
        MessageConsumer again = session.createSharedDurableConsumer(news, "team");
        assertThat(((TextMessage) again.receive(PATIENCE_MILLIS)).getText()).isEqualTo("meanwhile");
        again.close();
        assertThat(server.broker.session("amqp-shared::team:jms-client")).isPresent();
        session.unsubscribe("team");
        assertThat(server.broker.session("amqp-shared::team:jms-client")).isEmpty();
    }

    @Test
    void recoverOffersAgainWhatWasNotAcknowledged() throws Exception {
        Session session = connect().createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("work"));
        session.createProducer(session.createQueue("work")).send(session.createTextMessage("again"));
        assertThat(consumer.receive(PATIENCE_MILLIS)).isNotNull();
        session.recover();
        Message again = consumer.receive(PATIENCE_MILLIS);
        assertThat(again.getJMSRedelivered()).isTrue();
        again.acknowledge();
    }

    @Test
    void aClientIdBelongsToOneConnection() throws Exception {
        connect("only-one");
        assertThatThrownBy(() -> connect("only-one")).isInstanceOf(InvalidClientIDException.class);
    }

    @Test
    void transactedSessionsAreRefused() throws Exception {
        Connection connection = connect();
        assertThatThrownBy(() -> connection.createSession(true, Session.SESSION_TRANSACTED))
                .isInstanceOf(JMSException.class)
                .hasStackTraceContaining("transactions are not supported");
    }

    @Test
    void aSelectorOfATopicsConsumerPassesWhatItDescribes() throws Exception {
        Session session = connect().createSession(Session.AUTO_ACKNOWLEDGE);
        Topic topic = session.createTopic("news");
        MessageConsumer red = session.createConsumer(topic, "color = 'red' AND weight > 2");
        MessageProducer producer = session.createProducer(topic);
        for (int weight = 1; weight <= 3; weight++) {
            for (String color : new String[] {"blue", "red"}) {
                TextMessage message = session.createTextMessage(color + weight);
                message.setStringProperty("color", color);
                message.setIntProperty("weight", weight);
                producer.send(message);
            }
        }
        assertThat(((TextMessage) red.receive(PATIENCE_MILLIS)).getText()).isEqualTo("red3");
        assertThat(red.receiveNoWait()).isNull();
    }

    @Test
    void selectorsThatCannotBeServedAreRefusedAndNotIgnored() throws Exception {
        Session session = connect().createSession(Session.AUTO_ACKNOWLEDGE);
        assertThatThrownBy(() -> session.createConsumer(session.createQueue("q"), "color = 'red'"))
                .isInstanceOf(JMSException.class)
                .hasStackTraceContaining("queues and shared subscriptions take no selector");
        assertThatThrownBy(() -> session.createSharedConsumer(session.createTopic("t"), "team", "color = 'red'"))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createConsumer(session.createTopic("t"), "color LIKE '%a%b%c%'"))
                .isInstanceOf(JMSException.class)
                .hasStackTraceContaining("more than 2 wildcards");
    }

    @Test
    void aBrowserIsRefusedAndTakesNothing() throws Exception {
        Session session = connect().createSession(Session.AUTO_ACKNOWLEDGE);
        Queue work = session.createQueue("work");
        session.createProducer(work).send(session.createTextMessage("still there"));
        assertThatThrownBy(() -> session.createBrowser(work).getEnumeration().hasMoreElements())
                .isInstanceOf(JMSException.class)
                .hasStackTraceContaining("queues cannot be browsed");
        assertThat(((TextMessage) session.createConsumer(work).receive(PATIENCE_MILLIS)).getText())
                .isEqualTo("still there");
    }
}
