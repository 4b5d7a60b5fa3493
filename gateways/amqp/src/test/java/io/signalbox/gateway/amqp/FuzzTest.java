package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.signalbox.access.Authorizer;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.connection.AmqpConnection;
import io.signalbox.gateway.amqp.connection.Hall;
import io.signalbox.gateway.amqp.delivery.QueueCensus;
import io.signalbox.gateway.listener.Counters;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Streams that were right until somebody changed them: nothing but an answer or a close comes of it. For a long run:
 * {@code -Dsignalbox.fuzz.amqp.streams=460000}.
 */
class FuzzTest {
    private static final int STREAMS = Integer.getInteger("signalbox.fuzz.amqp.streams", 10_000);

    private static final byte[][] PARTS = {
        Frames.bytes(Frames.OPEN),
        Frames.bytes(Frames.BEGIN),
        Frames.bytes(Frames.ATTACH_SENDER),
        Frames.bytes(Frames.transfer(0)),
        Frames.bytes(Frames.ATTACH_RECEIVER),
        Frames.bytes(Frames.FLOW),
        Frames.bytes(Frames.transfer(1)),
        Frames.bytes(Frames.amqp(0, "00 53 15 c0 09 05 41 43 40 41 00532445")), // accepted
        Frames.bytes(Frames.DETACH),
        Frames.bytes(Frames.END),
        Frames.bytes(Frames.CLOSE)
    };

    private final Counters<AmqpCounter> counters = new Counters<>(AmqpCounter.class);
    private final EchoTransport transport = new EchoTransport();
    private final Hall hall = new Hall(
            AmqpConfig.DEFAULT,
            transport,
            AmqpFixture.NAME_IS_PASSWORD,
            Authorizer.ALLOW_ALL,
            () -> 1_000_000,
            counters,
            new QueueCensus(AmqpConfig.DEFAULT.queues(), QueueCensus.Survey.NONE));

    @Test
    void changedStreamsEndInAnAnswerOrAClose() {
        long seed = Long.getLong("signalbox.fuzz.seed", new Random().nextLong());
        Random random = new Random(seed);
        long bytesOut = 0;
        for (int i = 0; i < STREAMS; i++) {
            byte[] stream = stream(random);
            long before = counters.value(AmqpCounter.INTERNAL_ERRORS);
            bytesOut += feed(stream, random);
            assertThat(counters.value(AmqpCounter.INTERNAL_ERRORS))
                    .as(
                            "seed %d stream %d: %s",
                            seed, i, java.util.HexFormat.of().formatHex(stream))
                    .isEqualTo(before);
        }
        assertThat(hall.all()).as("connections left over, seed " + seed).isEmpty();
        assertThat(transport.subscriptions())
                .as("subscriptions left over, seed " + seed)
                .isZero();
        assertThat(counters.value(AmqpCounter.CONNECTED)).isZero();
        assertThat(counters.value(AmqpCounter.LINKS)).isZero();
        assertThat(bytesOut).isGreaterThan(STREAMS * 8L);
        assertThat(counters.value(AmqpCounter.MESSAGES_OUT))
                .as("some streams live long enough")
                .isPositive();
    }

    private static byte[] stream(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (random.nextBoolean()) {
            out.writeBytes(Frames.bytes(Frames.SASL_HEADER, Frames.SASL_ANONYMOUS));
        }
        out.writeBytes(Frames.bytes(Frames.AMQP_HEADER));
        int changed = random.nextInt(PARTS.length);
        for (int i = 0; i < PARTS.length; i++) {
            byte[] part = i == changed ? change(PARTS[i], random) : PARTS[i];
            out.writeBytes(part);
            if (random.nextInt(20) == 0) {
                out.writeBytes(PARTS[random.nextInt(PARTS.length)]); // once more, or too early
            }
        }
        return random.nextInt(50) == 0 ? change(out.toByteArray(), random) : out.toByteArray();
    }

    private static byte[] change(byte[] part, Random random) {
        byte[] changed = part.clone();
        for (int n = 1 + random.nextInt(3); n > 0 && changed.length > 0; n--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(6)) {
                case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> changed[at] = (byte) random.nextInt(256);
                case 2 -> changed[at] = (byte) (random.nextBoolean() ? 0xFF : 0x7F);
                case 3 -> changed = Arrays.copyOf(changed, at);
                case 4 -> changed = insert(changed, at, random);
                default -> changed = resized(changed, random);
            }
        }
        return changed;
    }

    private static byte[] insert(byte[] part, int at, Random random) {
        byte[] more = new byte[1 + random.nextInt(16)];
        random.nextBytes(more);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(part, 0, at);
        out.writeBytes(more);
        out.write(part, at, part.length - at);
        return resized(out.toByteArray(), random);
    }

    /** Mostly with the length that it has now, so that what is inside is looked at. */
    private static byte[] resized(byte[] part, Random random) {
        if (part.length >= 4 && random.nextInt(4) > 0) {
            part[0] = 0;
            part[1] = 0;
            part[2] = (byte) (part.length >>> 8);
            part[3] = (byte) part.length;
        }
        return part;
    }

    private long feed(byte[] stream, Random random) {
        EmbeddedChannel channel = new EmbeddedChannel();
        AmqpConnection.install(hall, channel, 10_000);
        int at = 0;
        while (at < stream.length && channel.isOpen()) {
            int length = Math.min(stream.length - at, 1 + random.nextInt(200));
            channel.writeInbound(Unpooled.copiedBuffer(stream, at, length));
            channel.runPendingTasks();
            at += length;
        }
        long bytes = 0;
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            bytes += out.readableBytes();
            out.release();
        }
        channel.finishAndReleaseAll();
        channel.runPendingTasks();
        return bytes;
    }
}
