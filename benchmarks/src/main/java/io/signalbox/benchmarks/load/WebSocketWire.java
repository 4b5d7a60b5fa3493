package io.signalbox.benchmarks.load;

import java.nio.charset.StandardCharsets;

/**
 * MQTT inside of a WebSocket (RFC 6455): each packet that is sent is a frame, as MQTT.js and others have it; what comes is
 * taken out of its frames however they are cut. The mask is zero, so that masking costs the generator nothing; to the
 * server it is a mask as any.
 */
final class WebSocketWire {
    private static final int MASK_BYTES = 4;

    private WebSocketWire() {}

    static byte[] request(String host, int port) {
        return ("GET /mqtt HTTP/1.1\r\nHost: " + host + ":" + port + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Protocol: mqtt\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** @return false: it is not whole yet */
    static boolean isAnswered(byte[] in, int length) {
        String answer = new String(in, 0, length, StandardCharsets.US_ASCII);
        if (!answer.contains("\r\n\r\n")) {
            return false;
        }
        if (!answer.startsWith("HTTP/1.1 101")) {
            throw new LoadException("the server opened no WebSocket: "
                    + answer.lines().findFirst().orElse(""));
        }
        return true;
    }

    static int headBytes(int payloadBytes) {
        return MASK_BYTES + (payloadBytes < 126 ? 2 : payloadBytes < 1 << 16 ? 4 : 10);
    }

    static void writeHead(byte[] out, int at, int payloadBytes) {
        out[at] = (byte) 0x82;
        int end = at + 2;
        if (payloadBytes < 126) {
            out[at + 1] = (byte) (0x80 | payloadBytes);
        } else {
            int width = payloadBytes < 1 << 16 ? 2 : 8;
            out[at + 1] = (byte) (0x80 | (width == 2 ? 126 : 127));
            for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
                out[end++] = (byte) ((long) payloadBytes >>> shift);
            }
        }
        for (int i = 0; i < MASK_BYTES; i++) {
            out[end + i] = 0;
        }
    }

    /** Moves what frames carry to their front. @return its end */
    static int unframe(Client client, byte[] in, int from, int end) {
        int to = from;
        int at = from;
        while (at < end) {
            if (client.frameLeft > 0) {
                int count = (int) Math.min(client.frameLeft, end - at);
                System.arraycopy(in, at, in, to, count);
                client.frameLeft -= count;
                at += count;
                to += count;
            } else {
                client.frameHead[client.frameHeadBytes++] = in[at++];
                if (client.frameHeadBytes >= 2 && client.frameHeadBytes == width(client.frameHead[1])) {
                    begin(client);
                }
            }
        }
        return to;
    }

    private static int width(byte length) {
        return switch (length) {
            case 126 -> 4;
            case 127 -> 10;
            default -> 2;
        };
    }

    private static void begin(Client client) {
        byte[] head = client.frameHead;
        if (head[0] != (byte) 0x82) {
            throw new LoadException(
                    "the server sent a WebSocket frame that begins with 0x" + Integer.toHexString(head[0] & 0xFF));
        }
        long bytes = head[1];
        if (client.frameHeadBytes > 2) {
            bytes = 0;
            for (int i = 2; i < client.frameHeadBytes; i++) {
                bytes = bytes << 8 | head[i] & 0xFF;
            }
        }
        client.frameLeft = bytes;
        client.frameHeadBytes = 0;
    }
}
