package io.signalbox.gateway.web.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/**
 * What stands before a client's payload (RFC 6455 §5.2): collected byte by byte, checked when it is whole. Reused for
 * each frame; owned by the connection's loop.
 */
final class FrameHeader {
    static final int CONTINUATION = 0x0;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int TEXT = 0x1;
    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int MASK_BYTES = 4;
    private static final int BYTES_MAX = 14;
    private static final int CONTROL_BYTES_MAX = 125;

    private final byte[] bytes = new byte[BYTES_MAX];
    private int have;

    /** Takes what it needs. @return true when it is whole; {@link #reset} before the next */
    boolean read(ByteBuf in) {
        while (have < needed()) {
            int take = Math.min(needed() - have, in.readableBytes());
            if (take == 0) {
                return false;
            }
            in.readBytes(bytes, have, take);
            have += take;
            if (have == 2) {
                checkStart();
            }
        }
        checkLength();
        return true;
    }

    void reset() {
        have = 0;
    }

    int opcode() {
        return bytes[0] & 0x0F;
    }

    boolean isControl() {
        return (opcode() & 0x8) != 0;
    }

    boolean isFinal() {
        return (bytes[0] & FINAL) != 0;
    }

    long payloadBytes() {
        int announced = bytes[1] & 0x7F;
        return switch (lengthBytes()) {
            case 2 -> (bytes[2] & 0xFFL) << 8 | bytes[3] & 0xFFL;
            case 8 -> {
                long length = 0;
                for (int i = 2; i < 10; i++) {
                    length = length << 8 | bytes[i] & 0xFFL;
                }
                yield length;
            }
            default -> announced;
        };
    }

    /** The first byte of the mask in the highest bits. */
    int mask() {
        int at = 2 + lengthBytes();
        return bytes[at] << 24 | (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF;
    }

    private int needed() {
        return have < 2 ? 2 : 2 + lengthBytes() + MASK_BYTES;
    }

    private int lengthBytes() {
        return switch (bytes[1] & 0x7F) {
            case 126 -> 2;
            case 127 -> 8;
            default -> 0;
        };
    }

    private void checkStart() {
        if ((bytes[0] & RESERVED) != 0) {
            throw refused("a reserved bit is set, and no extension was agreed on (RFC 6455, 5.2)");
        }
        if ((bytes[1] & MASKED) == 0) {
            throw refused("a client's frame is not masked (RFC 6455, 5.1)");
        }
        switch (opcode()) {
            case CONTINUATION, BINARY -> {}
            case TEXT ->
                throw new CorruptedWebSocketFrameException(
                        WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "text frames carry nothing here; send binary ones");
            case CLOSE, PING, PONG -> {
                if (!isFinal() || (bytes[1] & 0x7F) > CONTROL_BYTES_MAX) {
                    throw refused("a control frame is in parts, or longer than 125 bytes (RFC 6455, 5.5)");
                }
            }
            default -> throw refused("opcode " + opcode() + " is reserved (RFC 6455, 5.2)");
        }
    }

    private void checkLength() {
        int width = lengthBytes();
        long length = payloadBytes();
        if (length < 0 || width == 8 && length < 1 << 16 || width == 2 && length < 126) {
            throw refused("the length is negative, or has more bytes than it needs (RFC 6455, 5.2)");
        }
    }

    private static CorruptedWebSocketFrameException refused(String detail) {
        return new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR, detail);
    }
}
