package io.signalbox.systemtests.matrix;

import io.signalbox.systemtests.process.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.types.Binary;

/** The client of Apache Qpid ProtonJ2. */
final class AmqpClient implements Sender, Receiver {
    private static final String ORDER = "sb-order";
    private static final String AT = "sb-at-";
    private static final long SECOND_MILLIS = 1_000;

    /** What the client makes of a header without it. */
    private static final long NO_TTL = 0xFFFF_FFFFL;

    /** Parts that are application properties under the name that the table has. */
    private static final Set<Part> PROPERTIES = EnumSet.of(
            Part.TYPE,
            Part.SCHEMA_VERSION,
            Part.KIND,
            Part.FROM,
            Part.TO,
            Part.CAUSATION,
            Part.TRACE,
            Part.IDEMPOTENCY_KEY);

    @Override
    public Wire wire() {
        return Wire.AMQP;
    }

    @Override
    public void publish(ServerProcess server, Letter letter) throws Exception {
        try (Client client = Client.create();
                Connection connection = client.connect("127.0.0.1", server.amqpPort())) {
            connection.openSender(letter.text(Part.TOPIC)).send(message(letter)).awaitAccepted(30, TimeUnit.SECONDS);
        }
    }

    private Message<byte[]> message(Letter letter) throws Exception {
        byte[] correlation = letter.bytes(Part.CORRELATION);
        Message<byte[]> message = Message.create(letter.bytes(Part.PAYLOAD))
                .durable(true)
                .priority(Byte.parseByte(letter.text(Part.PRIORITY)))
                .messageId(letter.text(Part.ID))
                .replyTo(letter.text(Part.REPLY_TO))
                .correlationId(
                        correlation[0] == 0 ? new Binary(correlation) : new String(correlation, StandardCharsets.UTF_8))
                .groupId(letter.text(Part.ORDERING_KEY))
                .contentType(letter.text(Part.CONTENT_TYPE));
        var unused = message.contentEncoding(letter.text(Part.CONTENT_ENCODING));
        if (letter.has(Part.LIFE_TIME)) {
            message.timeToLive(Long.parseLong(letter.text(Part.LIFE_TIME)) * SECOND_MILLIS);
        }
        if (letter.has(Part.TIMESTAMP)) {
            message.creationTime(Long.parseLong(letter.text(Part.TIMESTAMP)));
        }
        for (Part part : PROPERTIES) {
            message.property(wire().name(part), letter.text(part));
        }
        headers(letter.headers(), message);
        return message;
    }

    /** A map has each name once: what repeats stands under its place in the order. */
    private static void headers(String[][] headers, Message<byte[]> message) throws Exception {
        StringJoiner order = new StringJoiner("&");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < headers.length; i++) {
            order.add(headers[i][0]);
            message.property(seen.add(headers[i][0]) ? headers[i][0] : AT + i, headers[i][1]);
        }
        message.property(ORDER, order.toString());
    }

    @Override
    public Inbox subscribe(ServerProcess server, String topic) throws Exception {
        Client client = Client.create();
        Connection connection = client.connect("127.0.0.1", server.amqpPort());
        var receiver = connection.openReceiver(topic, new ReceiverOptions().autoAccept(false));
        receiver.openFuture().get();
        return new Inbox() {
            @Override
            public Letter next() throws Exception {
                Delivery delivery = receiver.receive(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (delivery == null) {
                    throw new AssertionError("nothing came");
                }
                Letter letter = letter(delivery.message());
                delivery.accept();
                return letter;
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    private Letter letter(Message<byte[]> message) throws Exception {
        Object correlation = message.correlationId();
        Letter letter = new Letter()
                .with(Part.TOPIC, message.to())
                .with(Part.PAYLOAD, message.body())
                .with(Part.ID, (String) message.messageId())
                .with(Part.REPLY_TO, message.replyTo())
                .with(Part.ORDERING_KEY, message.groupId())
                .with(Part.CONTENT_TYPE, message.contentType())
                .with(Part.CONTENT_ENCODING, message.contentEncoding())
                .with(Part.PRIORITY, Byte.toString(message.priority()));
        if (correlation != null) {
            letter.with(
                    Part.CORRELATION,
                    correlation instanceof Binary binary
                            ? binary.asByteArray()
                            : correlation.toString().getBytes(StandardCharsets.UTF_8));
        }
        if (message.timeToLive() != NO_TTL) {
            letter.with(Part.LIFE_TIME, Long.toString(Math.ceilDiv(message.timeToLive(), SECOND_MILLIS)));
        }
        if (message.creationTime() > 0) {
            letter.with(Part.TIMESTAMP, Long.toString(message.creationTime()));
        }
        Map<String, String> properties = new LinkedHashMap<>();
        if (message.hasProperties()) {
            message.forEachProperty((name, value) -> properties.put(name, value.toString()));
        }
        for (Part part : PROPERTIES) {
            letter.with(part, properties.remove(wire().name(part)));
        }
        return letter.with(Part.HEADERS, headers(properties));
    }

    private static String headers(Map<String, String> properties) {
        StringJoiner headers = new StringJoiner("&");
        String order = properties.remove(ORDER);
        if (order != null) {
            String[] names = order.split("&", -1);
            for (int i = 0; i < names.length; i++) {
                String repeated = properties.remove(AT + i);
                headers.add(names[i] + "=" + (repeated != null ? repeated : properties.remove(names[i])));
            }
        }
        properties.forEach((name, value) -> headers.add(name + "=" + value));
        return headers.toString();
    }

    @Override
    public String toString() {
        return "AMQP 1.0";
    }
}
