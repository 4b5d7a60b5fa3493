package io.signalbox.server.front;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** MQTT 3.1.1 or 5 in bytes, as far as it is needed here. */
final class MqttSpeaker implements Speaker {
    private static final int PUBLISH = 3;

    /** @param type the upper half of the first byte */
    private record Packet(int type, byte[] body) {
        static final Packet END = new Packet(-1, new byte[0]);
    }

    private interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private final boolean five;
    private final Callable<Line> dial;
    private final String user;
    private final String clientId;
    private final Queue<String> payloads = new ConcurrentLinkedQueue<>();
    private BlockingQueue<Packet> answers = new LinkedBlockingQueue<>();
    private @Nullable Line line;
    private int packetId;

    MqttSpeaker(boolean five, Callable<Line> dial, String user, String clientId) {
        this.five = five;
        this.dial = dial;
        this.user = user;
        this.clientId = clientId;
    }

    @Override
    public boolean connect(Kind kind) throws Exception {
        return connect(kind == Kind.DURABLE, null, "");
    }

    private boolean connect(boolean durable, @Nullable String willTopic, String will) throws Exception {
        line = dial.call();
        answers = new LinkedBlockingQueue<>();
        Line own = line;
        BlockingQueue<Packet> its = answers;
        Thread.ofVirtual().start(() -> readAll(own, its));
        send(0x10, out -> {
            out.writeUTF("MQTT");
            out.writeByte(five ? 5 : 4);
            // User name and password; a will at QoS 1; a clean start.
            out.writeByte(0xc0 | (willTopic == null ? 0 : 0x0c) | (durable ? 0 : 0x02));
            out.writeShort(60);
            if (five) {
                out.writeByte(5);
                out.writeByte(0x11); // session expiry
                out.writeInt(durable ? 3_600 : 0);
            }
            out.writeUTF(clientId);
            if (willTopic != null) {
                noProperties(out);
                out.writeUTF(willTopic);
                out.writeUTF(will);
            }
            out.writeUTF(user);
            out.writeUTF("pw");
        });
        Packet connack = answer();
        return connack.body().length > 1 && connack.body()[1] == 0;
    }

    private void noProperties(DataOutputStream out) throws IOException {
        if (five) {
            out.writeByte(0);
        }
    }

    private void send(int header, Content content) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        content.writeTo(new DataOutputStream(body));
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(header);
        int length = body.size();
        do {
            packet.write(length % 128 | (length >= 128 ? 128 : 0));
            length /= 128;
        } while (length > 0);
        packet.writeBytes(body.toByteArray());
        Objects.requireNonNull(line).send(packet.toByteArray());
    }

    private Packet answer() throws InterruptedException {
        return Objects.requireNonNull(answers.poll(30, TimeUnit.SECONDS), "no answer");
    }

    private void readAll(Line from, BlockingQueue<Packet> to) {
        try {
            for (int header = from.read(); header >= 0; header = from.read()) {
                int length = 0;
                int digit;
                int shift = 0;
                do {
                    digit = from.read();
                    length |= (digit & 0x7f) << shift;
                    shift += 7;
                } while (digit >= 128);
                byte[] body = new byte[length];
                for (int i = 0; i < length; i++) {
                    body[i] = (byte) from.read();
                }
                if (header >> 4 == PUBLISH) {
                    take(header, body);
                } else {
                    to.add(new Packet(header >> 4, body));
                }
            }
        } catch (IOException e) {
            // cut
        }
        to.add(Packet.END);
    }

    private void take(int header, byte[] body) throws IOException {
        int at = 2 + number(body, 0);
        boolean once = (header & 0x06) != 0;
        int id = once ? number(body, at) : 0;
        at += once ? 2 : 0;
        at += five ? 1 + body[at] : 0; // the properties are short
        payloads.add(new String(body, at, body.length - at, StandardCharsets.UTF_8));
        if (once) {
            send(0x40, out -> out.writeShort(id));
        }
    }

    private static int number(byte[] body, int at) {
        return (body[at] & 0xff) << 8 | body[at + 1] & 0xff;
    }

    @Override
    public boolean publish(Way way, String topic, String payload) throws Exception {
        if (way == Way.LAST_WILL) {
            leave();
            boolean accepted = connect(false, topic, payload);
            Objects.requireNonNull(line).cut();
            return accepted;
        }
        publish(
                switch (way) {
                    case AT_MOST_ONCE -> 0;
                    case EXACTLY_ONCE -> 2;
                    default -> 1;
                },
                way == Way.RETAINED,
                topic,
                payload);
        publish(1, false, "open/fence", "");
        return false;
    }

    private void publish(int qos, boolean retain, String topic, String payload) throws Exception {
        int id = ++packetId;
        send(0x30 | qos << 1 | (retain ? 1 : 0), out -> {
            out.writeUTF(topic);
            if (qos > 0) {
                out.writeShort(id);
            }
            noProperties(out);
            out.write(payload.getBytes(StandardCharsets.UTF_8));
        });
        if (qos == 0) {
            return;
        }
        Packet first = answer();
        boolean refused = first.body().length > 2 && (first.body()[2] & 0x80) != 0;
        if (qos == 2 && !refused) {
            send(0x62, out -> out.writeShort(id));
            answer();
        }
    }

    @Override
    public boolean subscribe(Kind kind, String filter) throws Exception {
        int id = ++packetId;
        send(0x82, out -> {
            out.writeShort(id);
            noProperties(out);
            out.writeUTF(kind == Kind.SHARED ? "$share/" + clientId + "/" + filter : filter);
            out.writeByte(1);
        });
        byte[] suback = answer().body();
        return suback.length > 2 && (suback[suback.length - 1] & 0x80) == 0;
    }

    @Override
    public void leave() throws Exception {
        send(0xe0, out -> {});
        while (answer() != Packet.END) {
            // until the server has closed it
        }
    }

    @Override
    public void comeBack() throws Exception {
        connect(true, null, "");
    }

    @Override
    public Collection<String> received() {
        return payloads;
    }

    @Override
    public void close() {
        if (line != null) {
            line.cut();
        }
    }
}
