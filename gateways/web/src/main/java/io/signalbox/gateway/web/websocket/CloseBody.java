package io.signalbox.gateway.web.websocket;

import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What a client may say as it closes (RFC 6455 §5.5.1, §7.4). */
final class CloseBody {
    private static final int CODE_BYTES = 2;

    private CloseBody() {}

    /** @throws CorruptedWebSocketFrameException with the status that answers it */
    static void check(byte[] body, int length) {
        if (length == 0) {
            return;
        }
        if (length < CODE_BYTES || !mayBeSent((body[0] & 0xFF) << 8 | body[1] & 0xFF)) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.PROTOCOL_ERROR, "a Close has a status that nobody may send (RFC 6455, 7.4)");
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body, CODE_BYTES, length - CODE_BYTES));
        } catch (CharacterCodingException e) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "the reason of a Close is not UTF-8 (RFC 6455, 5.5.1)");
        }
    }

    private static boolean mayBeSent(int code) {
        return code >= 1000 && code <= 1003 || code >= 1007 && code <= 1011 || code >= 3000 && code <= 4999;
    }
}
