package io.signalbox.gateway.web.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * What each sequence of frames is answered with, by the numbers of the cases of the Autobahn test suite, which needs a
 * Python that is no more. An echo stands where a protocol does.
 *
 * <p>A frame is written as a letter (binary, text, continuation, ping Q, pong O, close X, or two digits for the first byte
 * as it is), {@code +} if it is final and {@code -} if not, and its payload in hex or as {@code *COUNT}. Of the server's
 * Close the status alone is told. An answer {@code closed} means that the connection is closed then.
 */
final class Rfc6455Test {
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvFileSource(resources = "rfc6455.csv", numLinesToSkip = 1, delimiter = ';', maxCharsPerColumn = 100_000)
    void isAnsweredAsTheStandardSays(String number, String what, @Nullable String sent, @Nullable String answered) {
        for (int readBytes : new int[] {Integer.MAX_VALUE, 997, 1}) {
            if (readBytes == 1 && number.matches("(9|10)[.].*|1[.].[.][67]|7[.]1[.]6")) {
                continue; // the same, but for hours
            }
            assertThat(answer(sent == null ? "" : sent, readBytes))
                    .as(number + " " + what + ", read in pieces of " + readBytes)
                    .isEqualTo(expected(answered == null ? "" : answered));
        }
    }

    /** Binary payloads that follow each other are one: frames are no borders in a stream of bytes. */
    private static String expected(String answered) {
        List<String> frames = new ArrayList<>();
        StringBuilder data = new StringBuilder();
        for (String token : answered.split(" ")) {
            if (token.startsWith("B+")) {
                data.append(HexFormat.of().formatHex(payload(token.substring(2))));
            } else if (!token.isEmpty()) {
                frames.add(token);
            }
        }
        return data + " " + frames;
    }

    private static String answer(String sent, int readBytes) {
        EmbeddedChannel channel = new EmbeddedChannel(
                new FrameReader(), new WebSocket13FrameEncoder(false), new WebSocketStream(), new Echo());
        for (String token : sent.isEmpty() ? new String[0] : sent.split(" ")) {
            byte[] frame = frame(token);
            for (int at = 0; at < frame.length && channel.isOpen(); at += readBytes) {
                int to = (int) Math.min(frame.length, (long) at + readBytes);
                channel.writeInbound(Unpooled.copiedBuffer(frame, at, to - at));
                if (readBytes == Integer.MAX_VALUE) {
                    break;
                }
            }
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(ByteBufUtil.getBytes(out));
            out.release();
        }
        String answer = tokens(all.toByteArray(), !channel.isOpen());
        channel.finishAndReleaseAll();
        return answer;
    }

    private static byte[] payload(String text) {
        if (text.startsWith("*")) {
            byte[] many = new byte[Integer.parseInt(text.substring(1))];
            Arrays.fill(many, (byte) 'a');
            return many;
        }
        return HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT));
    }

    private static byte[] frame(String token) {
        int sign = Math.max(token.indexOf('+'), token.indexOf('-'));
        String kind = token.substring(0, sign);
        int opcode = switch (kind) {
            case "C" -> 0x0;
            case "T" -> 0x1;
            case "B" -> 0x2;
            case "X" -> 0x8;
            case "Q" -> 0x9;
            case "O" -> 0xA;
            default -> HexFormat.fromHexDigits(kind);
        };
        byte[] payload = payload(token.substring(sign + 1));
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(opcode | (token.charAt(sign) == '+' ? 0x80 : 0));
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i & 3]);
        }
        return frame.toByteArray();
    }

    private static String tokens(byte[] out, boolean closed) {
        StringBuilder data = new StringBuilder();
        List<String> frames = new ArrayList<>();
        ByteBuf in = Unpooled.wrappedBuffer(out);
        while (in.isReadable()) {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            assertThat(first & 0x70).as("reserved bits").isZero();
            assertThat(length & 0x80).as("a server's frames are not masked").isZero();
            int bytes = length == 127 ? (int) in.readLong() : length == 126 ? in.readUnsignedShort() : length;
            byte[] payload = new byte[bytes];
            in.readBytes(payload);
            switch (first) {
                case 0x82 -> data.append(HexFormat.of().formatHex(payload));
                case 0x8A -> frames.add("O+" + HexFormat.of().formatHex(payload));
                case 0x88 -> frames.add("X+" + ((payload[0] & 0xFF) << 8 | payload[1] & 0xFF) + reason(payload));
                default -> frames.add("unexpected " + first);
            }
        }
        if (closed) {
            frames.add("closed");
        }
        return data + " " + frames;
    }

    /** Nothing to be told if it is what it must be. */
    private static String reason(byte[] close) {
        byte[] reason = Arrays.copyOfRange(close, 2, close.length);
        boolean text =
                Arrays.equals(new String(reason, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), reason);
        return text && close.length <= 125 ? "" : " with a reason that is not allowed";
    }
}
