package io.signalbox.benchmarks.load;

import java.nio.charset.StandardCharsets;

/** NATS's own protocol, at most once. */
final class Nats implements Protocol {
    private static final byte[] HELLO =
            ascii("CONNECT {\"verbose\":false,\"pedantic\":false,\"name\":\"load\"}\r\nPING\r\n");
    private static final byte[] PING = ascii("PING\r\n");
    private static final byte[] PONG = ascii("PONG\r\n");
    private static final byte[] END = ascii("\r\n");

    private final Inbox inbox;

    Nats(Inbox inbox) {
        this.inbox = inbox;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String subject(String topicOrFilter) {
        return topicOrFilter.replace('/', '.').replace('+', '*').replace('#', '>');
    }

    @Override
    public void open(Client client) {
        // The server speaks first.
    }

    @Override
    public void subscribe(Client client, String filter) {
        client.put(ascii("SUB " + subject(filter) + " 1\r\nPING\r\n"));
    }

    @Override
    public void ping(Client client) {
        client.put(PING);
    }

    @Override
    public void close(Client client) {
        // Closing the connection is all there is.
    }

    @Override
    public byte[] head(String topic, int payloadBytes) {
        return ascii("PUB " + subject(topic) + " " + payloadBytes + "\r\n");
    }

    @Override
    public byte[] tail() {
        return END;
    }

    @Override
    public int parse(Client client, byte[] in, int length, long now) {
        int at = 0;
        while (at < length) {
            int end = at;
            while (end < length && in[end] != '\n') {
                end++;
            }
            if (end == length) {
                return at;
            }
            int next = end + 1;
            if (in[at] == 'M') {
                int bytes = trailingNumber(in, at, end - 1);
                if (length - next < bytes + END.length) {
                    return at;
                }
                inbox.onDelivery(client, in, next, bytes, now);
                next += bytes + END.length;
            } else {
                onLine(client, in, at, end);
            }
            at = next;
        }
        return at;
    }

    private static int trailingNumber(byte[] in, int from, int to) {
        int value = 0;
        int unit = 1;
        for (int i = to - 1; i > from && in[i] >= '0' && in[i] <= '9'; i--) {
            value += (in[i] - '0') * unit;
            unit *= 10;
        }
        return value;
    }

    private void onLine(Client client, byte[] in, int at, int end) {
        if (in[at] == 'I' && client.state == Client.State.HANDSHAKE) {
            client.put(HELLO);
        } else if (in[at] == 'P' && in[at + 1] == 'I') {
            client.put(PONG);
        } else if (in[at] == 'P' && client.state == Client.State.HANDSHAKE) {
            inbox.onConnected(client, false);
        } else if (in[at] == 'P' && client.state == Client.State.SUBSCRIBING) {
            inbox.onSubscribed(client, 0);
        } else if (in[at] == '-') {
            throw new LoadException(
                    "the server said " + new String(in, at, end - at, StandardCharsets.US_ASCII).strip());
        }
    }
}
