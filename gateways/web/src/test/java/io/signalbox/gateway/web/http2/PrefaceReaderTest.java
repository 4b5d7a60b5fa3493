package io.signalbox.gateway.web.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefaceReaderTest {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final List<String> chosen = new ArrayList<>();

    private EmbeddedChannel channel() {
        return new EmbeddedChannel(new PrefaceReader(http1 -> chosen.add("http/1.1"), http2 -> chosen.add("h2")));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static String read(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf in; (in = channel.readInbound()) != null; in.release()) {
            all.append(in.toString(StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    @Test
    void thePrefaceIsHttp2WhereverItIsCutAndNothingOfItIsLost() {
        String sent = PREFACE + "frames";
        for (int cut = 0; cut <= sent.length(); cut++) {
            chosen.clear();
            EmbeddedChannel channel = channel();
            channel.writeInbound(bytes(sent.substring(0, cut)));
            assertThat(chosen).hasSize(cut < PREFACE.length() ? 0 : 1);
            channel.writeInbound(bytes(sent.substring(cut)));
            assertThat(chosen).containsExactly("h2");
            assertThat(read(channel)).isEqualTo(sent);
            channel.finishAndReleaseAll();
        }
    }

    /** Told at the first byte that is another: a request of one byte after the other must not wait for 24. */
    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\n\r\n", "PUT /", "PRI * HTTP/1.1\r\n", "\r\n", "x"})
    void everythingElseIsHttp1AtItsFirstOtherByte(String sent) {
        EmbeddedChannel channel = channel();
        int same = 0;
        while (same < sent.length() && sent.charAt(same) == PREFACE.charAt(same)) {
            same++;
        }
        for (int i = 0; i < sent.length(); i++) {
            channel.writeInbound(bytes(sent.substring(i, i + 1)));
            assertThat(chosen).hasSize(i < same ? 0 : 1);
        }
        assertThat(chosen).containsExactly("http/1.1");
        assertThat(read(channel)).isEqualTo(sent);
        channel.finishAndReleaseAll();
    }
}
