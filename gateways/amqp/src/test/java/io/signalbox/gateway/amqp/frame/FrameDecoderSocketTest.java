package io.signalbox.gateway.amqp.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.gateway.listener.Listener;
import io.signalbox.gateway.listener.ListenerLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a socket and its loop do beside the decoder, which a channel for tests does not. */
final class FrameDecoderSocketTest {
    private static final byte[] EMPTY_FRAME = {0, 0, 0, 8, 2, 0, 0, 0};

    /** More than two sockets hold together. */
    private static final int BYTES_MAX = 64 << 20;

    private final EventLoops loops = EventLoops.start(1);
    private final AtomicReference<@Nullable Connection> accepted = new AtomicReference<>();
    private FrameDecoder.@Nullable Pause pauseAtFirstFrame;
    private Listener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = Listener.bind("127.0.0.1", 0, null, ListenerLimits.DEFAULT, loops, channel -> {
            Connection connection = new Connection(channel);
            channel.pipeline().addLast(connection.decoder);
            accepted.set(connection);
        });
    }

    @AfterEach
    void close() {
        listener.close();
        loops.close();
    }

    @Test
    void whoGoesWhileItsFramesGatherHasSentThemAll() throws IOException {
        int gathered = 0;
        for (int round = 0; round < 20 || gathered < 5 && round < 200; round++) {
            int sent = 0;
            try (SocketChannel client = connect()) {
                long began = System.nanoTime();
                // Beyond the look, and within the trial that follows.
                while (System.nanoTime() - began < ReadCoalescing.LOOK_NANOS + ReadCoalescing.TRIAL_NANOS / 2) {
                    client.write(ByteBuffer.wrap(EMPTY_FRAME));
                    sent++;
                    long next = System.nanoTime() + 30_000;
                    while (System.nanoTime() < next) {
                        Thread.onSpinWait();
                    }
                }
            }
            Connection connection = connection();
            await().until(() -> connection.gone);
            assertThat(connection.failure).isNull();
            assertThat(connection.frames).hasValue(sent);
            gathered += connection.gathered ? 1 : 0;
            accepted.set(null);
        }
        assertThat(gathered).as("rounds in which frames gathered").isPositive();
    }

    @Test
    void whoIsNotToBeReadIsNotRead() throws IOException, InterruptedException {
        pauseAtFirstFrame = FrameDecoder.Pause.OUTSTANDING;
        try (SocketChannel client = connect()) {
            client.configureBlocking(false);
            ByteBuffer frames = ByteBuffer.allocate(8_192);
            while (frames.hasRemaining()) {
                frames.put(EMPTY_FRAME);
            }
            long sent = 0;
            for (int full = 0; full < 20 && sent < BYTES_MAX; ) {
                frames.rewind();
                int written = client.write(frames);
                sent += written;
                if (written == 0) {
                    full++;
                    TimeUnit.MILLISECONDS.sleep(20);
                } else {
                    full = 0;
                }
            }
            assertThat(sent).isLessThan(BYTES_MAX);
            assertThat(connection().frames).hasValue(1);
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(new InetSocketAddress("127.0.0.1", listener.port()));
    }

    private Connection connection() {
        return await().until(accepted::get, connection -> connection != null);
    }

    private final class Connection extends CountingSink {
        final FrameDecoder decoder = new FrameDecoder(this, 512);
        private final Channel channel;
        volatile boolean gathered;

        Connection(Channel channel) {
            this.channel = channel;
            decoder.frames(512);
        }

        @Override
        public void onFrame(byte[] frame) {
            super.onFrame(frame);
            if (frames.get() == 1 && pauseAtFirstFrame != null) {
                decoder.pause(pauseAtFirstFrame);
            }
        }

        @Override
        public void onReadEnd() {
            // When whatever follows the read has been done.
            channel.eventLoop().execute(() -> gathered |= !channel.config().isAutoRead());
        }
    }
}
