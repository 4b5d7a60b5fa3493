package io.signalbox.gateway.amqp.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames that come one by one, and often. */
final class FrameDecoderTest {
    private static final byte[] EMPTY_FRAME = {0, 0, 0, 8, 2, 0, 0, 0};

    private final CountingSink sink = new CountingSink();
    private final FrameDecoder decoder = new FrameDecoder(sink, 512);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    @BeforeEach
    void standStill() {
        channel.freezeTime();
        decoder.frames(512);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void theyGatherInTheSocketForAMomentAndAllAreRead() {
        int sent = untilPaused();
        assertThat(sink.frames).hasValue(sent);
        pass(ReadCoalescing.PAUSE_NANOS - 1);
        assertThat(reads()).isFalse();
        pass(1);
        assertThat(reads()).isTrue();
        assertThat(decoder.isPaused()).isFalse();
        frame();
        assertThat(sink.frames).hasValue(sent + 1);
        assertThat(reads()).as("after this frame too").isFalse();
    }

    @Test
    void whoIsNotToBeReadForAnotherReasonIsNotReadWhenTheMomentIsOver() {
        untilPaused();
        decoder.pause(FrameDecoder.Pause.OUTSTANDING);
        pass(ReadCoalescing.PAUSE_NANOS);
        assertThat(reads()).isFalse();
        decoder.resume(FrameDecoder.Pause.OUTSTANDING);
        assertThat(reads()).isTrue();
    }

    @Test
    void whoIsDroppedIsReadToTheEnd() {
        untilPaused();
        decoder.end();
        assertThat(reads()).isTrue();
        pass(ReadCoalescing.PAUSE_NANOS);
        frame();
        assertThat(reads()).isTrue();
    }

    @Test
    void whatComesAllTheSameSinceTheClientGoesIsRead() {
        int sent = untilPaused();
        frame();
        assertThat(sink.frames).hasValue(sent + 1);
        channel.close();
        pass(ReadCoalescing.PAUSE_NANOS);
        channel.checkException();
        assertThat(sink.gone).isTrue();
        assertThat(sink.failure).isNull();
    }

    @Test
    void whoIsPausedAgainBeforeWhatWasHeldIsDecodedLosesNothing() {
        decoder.pause(FrameDecoder.Pause.OUTSTANDING);
        frame();
        channel.eventLoop().execute(() -> {
            decoder.resume(FrameDecoder.Pause.OUTSTANDING);
            decoder.pause(FrameDecoder.Pause.CONGESTED);
        });
        channel.runPendingTasks();
        assertThat(sink.frames).hasValue(0);
        decoder.resume(FrameDecoder.Pause.CONGESTED);
        channel.runPendingTasks();
        assertThat(sink.frames).hasValue(1);
    }

    private int untilPaused() {
        int sent = 0;
        while (reads() && sent < 10_000) {
            pass(TimeUnit.MICROSECONDS.toNanos(50));
            frame();
            sent++;
        }
        assertThat(reads()).isFalse();
        return sent;
    }

    private boolean reads() {
        return channel.config().isAutoRead();
    }

    private void frame() {
        channel.writeInbound(Unpooled.wrappedBuffer(EMPTY_FRAME));
    }

    private void pass(long nanos) {
        channel.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }
}
