package io.signalbox.gateway.web.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Netty's encoder, which nobody here wrote. */
final class FrameReaderTest {
    private static final String MASK = "01020304";
    private static final int[] CLOSE_STATUSES = {1000, 1001, 1003, 1011, 1012, 3000, 4999};

    /** What comes out of the reader. */
    private static final class Seen extends ChannelInboundHandlerAdapter {
        final ByteArrayOutputStream data = new ByteArrayOutputStream();
        final List<String> control = new ArrayList<>();
        final List<Throwable> faults = new ArrayList<>();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            switch (message) {
                case ByteBuf bytes -> data.writeBytes(ByteBufUtil.getBytes(bytes));
                case PingWebSocketFrame ping -> control.add("ping " + ByteBufUtil.hexDump(ping.content()));
                case CloseWebSocketFrame close -> control.add("close " + close.statusCode());
                default -> control.add(String.valueOf(message));
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            faults.add(cause);
        }
    }

    private static Seen read(byte[] bytes, Random splits) {
        Seen seen = new Seen();
        EmbeddedChannel channel = new EmbeddedChannel(new FrameReader(), seen);
        List<ByteBuf> parts = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(bytes.length - at, 1 + splits.nextInt(splits.nextBoolean() ? 3 : 5_000));
            ByteBuf part = Unpooled.directBuffer(count).writeBytes(bytes, at, count);
            parts.add(part);
            channel.writeInbound(part);
            at += count;
        }
        channel.finishAndReleaseAll();
        assertThat(parts).allSatisfy(part -> assertThat(part.refCnt()).isZero());
        return seen;
    }

    private static byte[] encoded(List<WebSocketFrame> frames) {
        EmbeddedChannel encoder = new EmbeddedChannel(new WebSocket13FrameEncoder(true));
        frames.forEach(encoder::writeOutbound);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
            all.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatFramesCarryComesOutHoweverItIsCutIntoFramesAndReads(long seed) {
        Random random = new Random(seed);
        List<WebSocketFrame> frames = new ArrayList<>();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        List<String> control = new ArrayList<>();
        for (int message = 0; message < 40; message++) {
            int parts = 1 + random.nextInt(4);
            for (int part = 0; part < parts; part++) {
                byte[] payload = new byte
                        [random.nextInt(switch (random.nextInt(4)) {
                                    case 0 -> 1;
                                    case 1 -> 130;
                                    case 2 -> 300;
                                    default -> 70_000;
                                }
                                + 1)];
                random.nextBytes(payload);
                expected.writeBytes(payload);
                ByteBuf content = Unpooled.wrappedBuffer(payload);
                boolean last = part == parts - 1;
                frames.add(
                        part == 0
                                ? new BinaryWebSocketFrame(last, 0, content)
                                : new ContinuationWebSocketFrame(last, 0, content));
                if (random.nextInt(5) == 0) {
                    byte[] ping = new byte[random.nextInt(126)];
                    random.nextBytes(ping);
                    frames.add(new PingWebSocketFrame(Unpooled.wrappedBuffer(ping)));
                    control.add("ping " + HexFormat.of().formatHex(ping));
                }
            }
        }
        frames.add(new CloseWebSocketFrame(1001, "away"));
        control.add("close 1001");
        frames.add(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[10]))); // behind the end: dropped

        Seen seen = read(encoded(frames), random);

        assertThat(seen.faults).isEmpty();
        assertThat(seen.data.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(seen.control).isEqualTo(control);
    }

    @ParameterizedTest
    @CsvSource({
        "82 01 00, 1002, not masked",
        "C2 81 MASK 00, 1002, reserved bit",
        "81 81 MASK 00, 1003, text",
        "83 80 MASK, 1002, reserved",
        "80 80 MASK, 1002, a continuation of no message",
        "09 80 MASK, 1002, control frame is in parts",
        "89 FE 007E MASK, 1002, longer than 125 bytes",
        "82 FE 0001 MASK, 1002, more bytes than it needs",
        "82 FF 0000000000000001 MASK, 1002, more bytes than it needs",
        "82 FF 8000000000000000 MASK, 1002, negative",
        "02 80 MASK 82 80 MASK, 1002, inside another",
        "88 81 MASK 02, 1002, status that nobody may send",
        "88 82 MASK 02EF, 1002, status that nobody may send",
        "88 82 MASK 128A, 1002, status that nobody may send",
        "88 84 MASK 02EAFC04, 1007, not UTF-8",
    })
    void whatTheStandardForbidsIsNamedWithItsStatus(String frames, int status, String detail) {
        byte[] bytes = HexFormat.of()
                .parseHex(frames.replace("MASK", MASK).replace(" ", "").toLowerCase(java.util.Locale.ROOT));
        Seen seen = read(bytes, new Random(1));
        assertThat(seen.faults).singleElement().satisfies(fault -> {
            assertThat(fault)
                    .isInstanceOf(CorruptedWebSocketFrameException.class)
                    .hasMessageContaining(detail);
            assertThat(((CorruptedWebSocketFrameException) fault).closeStatus().code())
                    .isEqualTo(status);
        });
    }

    @Test
    void aFrameOfEightExbibytesKeepsNothing() {
        Seen seen = new Seen();
        EmbeddedChannel channel = new EmbeddedChannel(new FrameReader(), seen);
        channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex("82ff7fffffffffffffff" + MASK)));
        ByteBuf part = Unpooled.wrappedBuffer(new byte[1_000]);
        channel.writeInbound(part);
        assertThat(seen.data.size()).isEqualTo(1_000);
        assertThat(part.refCnt()).isZero();
        channel.finishAndReleaseAll();
    }

    /** Netty's decoder reads whole frames, takes text, and looks less at a Close; in all else they must agree. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whatIsReadIsWhatNettysDecoderReads(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 5_000; round++) {
            List<WebSocketFrame> frames = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                byte[] payload = new byte[random.nextInt(random.nextInt(8) == 0 ? 400 : 20)];
                random.nextBytes(payload);
                ByteBuf content = Unpooled.wrappedBuffer(payload);
                frames.add(
                        switch (random.nextInt(6)) {
                            case 0 -> new BinaryWebSocketFrame(false, 0, content);
                            case 1 -> new ContinuationWebSocketFrame(random.nextBoolean(), 0, content);
                            case 2 ->
                                payload.length < 126
                                        ? new PingWebSocketFrame(content)
                                        : new BinaryWebSocketFrame(content);
                            case 3 ->
                                new CloseWebSocketFrame(CLOSE_STATUSES[random.nextInt(CLOSE_STATUSES.length)], "x");
                            default -> new BinaryWebSocketFrame(content);
                        });
            }
            byte[] bytes = encoded(frames);
            if (random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Seen ours = read(bytes, random);
            Seen theirs = decodedByNetty(bytes);
            String fault = ours.faults.isEmpty()
                    ? ""
                    : String.valueOf(ours.faults.getFirst().getMessage());
            if (fault.contains("text frames")
                    || fault.contains("status that nobody may send")
                    || fault.contains("not UTF-8")) {
                continue;
            }
            refused += ours.faults.size();
            assertThat(ours.faults.isEmpty())
                    .as("round %d: %s, and Netty's %s", round, fault, theirs.faults)
                    .isEqualTo(theirs.faults.isEmpty());
            byte[] whole = theirs.data.toByteArray();
            assertThat(java.util.Arrays.copyOf(ours.data.toByteArray(), whole.length))
                    .isEqualTo(whole);
            assertThat(ours.control).isEqualTo(theirs.control);
        }
        assertThat(refused).as("refused frames").isGreaterThan(100);
    }

    private static Seen decodedByNetty(byte[] bytes) {
        Seen seen = new Seen();
        EmbeddedChannel channel = new EmbeddedChannel(
                new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(Integer.MAX_VALUE)
                        .closeOnProtocolViolation(false)
                        .withUTF8Validator(false)
                        .build()),
                new ChannelInboundHandlerAdapter() {
                    private boolean ended;

                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        if (ended || message instanceof PongWebSocketFrame) {
                            ReferenceCountUtil.release(message);
                        } else if (message instanceof BinaryWebSocketFrame
                                || message instanceof ContinuationWebSocketFrame) {
                            seen.channelRead(ctx, ((WebSocketFrame) message).content());
                        } else {
                            ended = message instanceof CloseWebSocketFrame;
                            seen.channelRead(ctx, message);
                        }
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        if (!ended && seen.faults.isEmpty()) {
                            seen.exceptionCaught(ctx, cause);
                        }
                        ended = true;
                    }
                });
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        channel.finishAndReleaseAll();
        return seen;
    }

    @Test
    void mutatedFramesEndInDataOrARefusalAndLeaveNoBuffer() {
        Random random = new Random(42);
        byte[] whole = encoded(List.of(
                new BinaryWebSocketFrame(false, 0, Unpooled.wrappedBuffer(new byte[200])),
                new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[3])),
                new ContinuationWebSocketFrame(true, 0, Unpooled.wrappedBuffer(new byte[10])),
                new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[0])),
                new CloseWebSocketFrame(1000, "")));
        for (int round = Integer.getInteger("signalbox.fuzz.frames", 50_000); round > 0; round--) {
            byte[] mutated = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            Seen seen = read(mutated, random);
            assertThat(seen.data.size()).isLessThanOrEqualTo(mutated.length);
            assertThat(seen.faults).allMatch(CorruptedWebSocketFrameException.class::isInstance);
            assertThat(seen.faults).hasSizeLessThanOrEqualTo(1);
        }
    }
}
