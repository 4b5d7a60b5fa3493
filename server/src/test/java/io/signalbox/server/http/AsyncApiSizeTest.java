package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.MessageKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A description of many topics is cut off before it fills the memory. */
final class AsyncApiSizeTest {
    private static final int BYTES_MAX = 4 << 20;

    @Test
    void aDocumentIsFullWhenItHasItsBytes() {
        AsyncApi document = new AsyncApi();
        int channels = 0;
        while (!document.full()) {
            List<MessageType> seen = List.of(
                    new MessageType(MessageKind.EVENT, "schema" + channels + "s".repeat(2_000), null, null, null),
                    new MessageType(MessageKind.EVENT, "订单".repeat(300), Integer.toString(channels), null, null));
            document.channel(new AsyncApi.Channel("topic/" + channels++, true, true, seen));
        }
        assertThat(channels).isGreaterThan(100);
        assertThat(Json.bytes(document.document(false)).length).isBetween(BYTES_MAX, BYTES_MAX + BYTES_MAX / 8);
    }
}
