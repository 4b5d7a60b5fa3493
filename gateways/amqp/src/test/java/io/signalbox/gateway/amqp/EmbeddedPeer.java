package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import io.signalbox.access.Authorizer;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.connection.AmqpConnection;
import io.signalbox.gateway.amqp.connection.Hall;
import io.signalbox.gateway.amqp.delivery.QueueCensus;
import io.signalbox.gateway.amqp.frame.EncodedValues;
import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.gateway.amqp.frame.Performatives;
import io.signalbox.gateway.listener.Counters;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A client of bytes in front of a transport that echoes, in one thread and with a clock that stands. */
final class EmbeddedPeer implements AutoCloseable {
    private static final int HEADER_BYTES = 8;

    final EchoTransport transport = new EchoTransport();
    final Counters<AmqpCounter> counters = new Counters<>(AmqpCounter.class);
    private final MockTicker ticker = Ticker.newMockTicker();
    final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
    private boolean headerSeen;
    private int bytesReceived;

    EmbeddedPeer(AmqpConfig config) {
        Hall hall = new Hall(
                config,
                transport,
                AmqpFixture.NAME_IS_PASSWORD,
                Authorizer.ALLOW_ALL,
                () -> 1_000_000,
                counters,
                new QueueCensus(config.queues(), QueueCensus.Survey.NONE));
        AmqpConnection.install(hall, channel, 10_000);
    }

    /** @return the performatives that come back at once, without heartbeats */
    List<Performative> send(String... hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(Frames.bytes(hex)));
        return received();
    }

    int bytesReceived() {
        return bytesReceived;
    }

    void pass(long millis) {
        ticker.advanceMillis(millis);
        channel.runScheduledPendingTasks();
    }

    List<Performative> received() {
        channel.runPendingTasks();
        channel.flush();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            byte[] piece = new byte[out.readableBytes()];
            out.readBytes(piece);
            out.release();
            bytes.writeBytes(piece);
            bytesReceived += piece.length;
        }
        byte[] all = bytes.toByteArray();
        int at = 0;
        if (!headerSeen && all.length > 0) {
            headerSeen = true;
            at = HEADER_BYTES;
        }
        List<Performative> performatives = new ArrayList<>();
        while (at < all.length) {
            int size = (all[at] & 0xFF) << 24
                    | (all[at + 1] & 0xFF) << 16
                    | (all[at + 2] & 0xFF) << 8
                    | all[at + 3] & 0xFF;
            Performative performative =
                    Performatives.check(Arrays.copyOfRange(all, at, at + size), EncodedValues.Inspector.NONE);
            if (performative != null) {
                performatives.add(performative);
            }
            at += size;
        }
        return performatives;
    }

    static List<Performative> only(List<Performative> all, int code) {
        return all.stream().filter(p -> p.code() == code).toList();
    }

    /** Ends it; whatever it did was no fault of the gateway. */
    void stop() {
        assertThat(counters.value(AmqpCounter.INTERNAL_ERRORS)).isZero();
        close();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
        channel.runPendingTasks();
    }
}
