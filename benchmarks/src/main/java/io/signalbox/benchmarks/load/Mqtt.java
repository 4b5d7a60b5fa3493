package io.signalbox.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** MQTT 3.1.1 with QoS 0 and 1. */
final class Mqtt implements Protocol {
    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int PUBACK = 4;
    private static final int SUBACK = 9;
    private static final int PINGRESP = 13;
    private static final int DISCONNECT = 14;
    private static final int KEEP_ALIVE_SECONDS = 600;
    private static final int FAILURE = 0x80;

    private static final byte[] PINGREQ = {(byte) 0xC0, 0};
    private static final byte[] BYE = {(byte) 0xE0, 0};
    private static final byte[] NOTHING = {};

    private final Plan plan;
    private final Inbox inbox;

    Mqtt(Plan plan, Inbox inbox) {
        this.plan = plan;
        this.inbox = inbox;
    }

    @Override
    public void open(Client client) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(4);
        body.write(client.clean ? 2 : 0);
        body.write(KEEP_ALIVE_SECONDS >>> 8);
        body.write(KEEP_ALIVE_SECONDS);
        text(body, client.id);
        client.put(packet(0x10, body));
    }

    @Override
    public void subscribe(Client client, String filter) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(0);
        body.write(1);
        text(body, filter);
        body.write(plan.subscribedQos);
        client.put(packet(0x82, body));
    }

    @Override
    public void ping(Client client) {
        client.put(PINGREQ);
    }

    @Override
    public void close(Client client) {
        client.put(BYE);
    }

    @Override
    public byte[] head(String topic, int payloadBytes) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        text(rest, topic);
        if (plan.qos > 0) {
            rest.write(0);
            rest.write(0);
        }
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(0x30 | plan.qos << 1 | (plan.retained ? 1 : 0));
        length(head, rest.size() + payloadBytes);
        head.writeBytes(rest.toByteArray());
        return head.toByteArray();
    }

    @Override
    public byte[] tail() {
        return NOTHING;
    }

    /** An empty payload removes what is retained (MQTT 3.1.1, 3.3.1.3). */
    static byte[] clearRetained(String topic) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, topic);
        return packet(0x31, body);
    }

    private static byte[] packet(int header, ByteArrayOutputStream body) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(header);
        length(packet, body.size());
        packet.writeBytes(body.toByteArray());
        return packet.toByteArray();
    }

    private static void text(ByteArrayOutputStream to, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        to.write(utf8.length >>> 8);
        to.write(utf8.length);
        to.writeBytes(utf8);
    }

    /** MQTT 3.1.1, 2.2.3. */
    private static void length(ByteArrayOutputStream to, int value) {
        int left = value;
        while (left > 127) {
            to.write(left & 127 | 128);
            left >>>= 7;
        }
        to.write(left);
    }

    @Override
    public int parse(Client client, byte[] in, int length, long now) {
        int at = 0;
        while (length - at >= 2) {
            int bodyAt = at + 1;
            int bytes = 0;
            int shift = 0;
            int digit;
            do {
                if (bodyAt == length) {
                    return at;
                }
                if (shift > 21) {
                    throw new LoadException("the server sent a length of more than four bytes to " + client.id);
                }
                digit = in[bodyAt++];
                bytes |= (digit & 127) << shift;
                shift += 7;
            } while (digit < 0);
            if (length - bodyAt < bytes) {
                return at;
            }
            onPacket(client, in[at] & 0xFF, in, bodyAt, bytes, now);
            at = bodyAt + bytes;
            if (client.state == Client.State.CLOSED) {
                return length;
            }
        }
        return at;
    }

    private void onPacket(Client client, int header, byte[] in, int at, int bytes, long now) {
        switch (header >>> 4) {
            case PUBLISH -> onPublish(client, header, in, at, bytes, now);
            case PUBACK -> inbox.onAcknowledged(client, shortAt(in, at), now);
            case CONNACK -> {
                if (in[at + 1] != 0) {
                    throw new LoadException("the server refused " + client.id + " with CONNACK code " + in[at + 1]);
                }
                inbox.onConnected(client, (in[at] & 1) != 0);
            }
            case SUBACK -> {
                int granted = in[at + bytes - 1] & 0xFF;
                if (granted >= FAILURE) {
                    throw new LoadException("the server refused a subscription of " + client.id);
                }
                inbox.onSubscribed(client, granted);
            }
            case PINGRESP -> {}
            case DISCONNECT -> inbox.onClosedByServer(client);
            default -> throw new LoadException("the server sent a packet of type " + (header >>> 4));
        }
    }

    private void onPublish(Client client, int header, byte[] in, int at, int bytes, long now) {
        int payloadAt = at + 2 + shortAt(in, at);
        if ((header & 6) != 0) {
            int ack = client.reserve(4);
            byte[] out = client.out;
            out[ack] = 0x40;
            out[ack + 1] = 2;
            out[ack + 2] = in[payloadAt];
            out[ack + 3] = in[payloadAt + 1];
            payloadAt += 2;
        }
        if ((header & 8) != 0) {
            inbox.onRedeliveryFlag();
        }
        inbox.onDelivery(client, in, payloadAt, at + bytes - payloadAt, now);
    }

    private static int shortAt(byte[] in, int at) {
        return (in[at] & 0xFF) << 8 | in[at + 1] & 0xFF;
    }
}
