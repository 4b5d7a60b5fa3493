package io.signalbox.systemtests.matrix;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.SignalboxClient;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.topic.Topic;
import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The Java SDK of this project, which speaks MQTT 5. */
final class JavaSdk implements Sender, Receiver {
    private static final long SECOND_MILLIS = 1_000;

    @Override
    public Wire wire() {
        return Wire.JAVA_SDK;
    }

    private static SignalboxClient open(ServerProcess server) throws Exception {
        return SignalboxClient.open(
                ClientConfig.to("mqtt://127.0.0.1:" + server.mqttPort()).build());
    }

    @Override
    public void publish(ServerProcess server, Letter letter) throws Exception {
        try (SignalboxClient client = open(server)) {
            var unused = client.publish(message(letter))
                    .acknowledged()
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static Message message(Letter letter) {
        Message.Builder message = Message.to(Topic.ofMqtt(letter.text(Part.TOPIC)))
                .payload(letter.bytes(Part.PAYLOAD))
                .priority(Integer.parseInt(letter.text(Part.PRIORITY)))
                .properties(MessageProperties.builder()
                        .id(letter.text(Part.ID))
                        .kind(MessageKind.valueOf(letter.text(Part.KIND).toUpperCase(Locale.ROOT)))
                        .from(letter.text(Part.FROM))
                        .to(letter.text(Part.TO))
                        .replyTo(letter.text(Part.REPLY_TO))
                        .correlation(letter.bytes(Part.CORRELATION))
                        .causationId(letter.text(Part.CAUSATION))
                        .traceparent(letter.text(Part.TRACE))
                        .orderingKey(letter.text(Part.ORDERING_KEY))
                        .idempotencyKey(letter.text(Part.IDEMPOTENCY_KEY))
                        .schema(letter.text(Part.TYPE), letter.text(Part.SCHEMA_VERSION))
                        .contentType(letter.text(Part.CONTENT_TYPE))
                        .contentEncoding(letter.text(Part.CONTENT_ENCODING))
                        .headers(Headers.of(Arrays.stream(letter.headers())
                                .flatMap(Stream::of)
                                .toArray(String[]::new)))
                        .build());
        if (letter.has(Part.LIFE_TIME)) {
            message.ttlMillis(Long.parseLong(letter.text(Part.LIFE_TIME)) * SECOND_MILLIS);
        }
        if (letter.has(Part.TIMESTAMP)) {
            message.timestampMillis(Long.parseLong(letter.text(Part.TIMESTAMP)));
        }
        return message.build();
    }

    @Override
    public Inbox subscribe(ServerProcess server, String topic) throws Exception {
        SignalboxClient client = open(server);
        BlockingQueue<Message> arrived = new LinkedBlockingQueue<>();
        var unused = client.subscribe(topic, Message.class, received -> arrived.add(received.message()))
                .granted()
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return new Inbox() {
            @Override
            public Letter next() throws InterruptedException {
                Message message = arrived.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError("nothing came");
                }
                return letter(message);
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    private static Letter letter(Message message) {
        MessageProperties said = message.properties();
        StringJoiner headers = new StringJoiner("&");
        said.headers().forEach((name, value) -> headers.add(name + "=" + value));
        Letter letter = new Letter()
                .with(Part.TOPIC, message.topic().text())
                .with(Part.PAYLOAD, message.payload())
                .with(Part.ID, said.id())
                .with(Part.TYPE, said.schemaName())
                .with(Part.SCHEMA_VERSION, said.schemaVersion())
                .with(Part.KIND, said.kind().name().toLowerCase(Locale.ROOT))
                .with(Part.FROM, said.from())
                .with(Part.TO, said.to())
                .with(Part.REPLY_TO, said.replyTo())
                .with(Part.CORRELATION, said.correlation())
                .with(Part.CAUSATION, said.causationId())
                .with(Part.TRACE, said.traceparent())
                .with(Part.PRIORITY, Integer.toString(message.priority()))
                .with(Part.ORDERING_KEY, said.orderingKey())
                .with(Part.IDEMPOTENCY_KEY, said.idempotencyKey())
                .with(Part.CONTENT_TYPE, said.contentType())
                .with(Part.CONTENT_ENCODING, said.contentEncoding())
                .with(Part.HEADERS, headers.toString());
        if (message.ttlMillis() > 0) {
            letter.with(Part.LIFE_TIME, Long.toString(message.ttlMillis() / SECOND_MILLIS));
        }
        if (message.timestampMillis() > 0) {
            letter.with(Part.TIMESTAMP, Long.toString(message.timestampMillis()));
        }
        return letter;
    }

    @Override
    public String toString() {
        return "Java SDK";
    }
}
