package io.signalbox.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.Epoll;
import io.netty.util.ReferenceCountUtil;
import io.signalbox.transport.Lane;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever has work all the time leaves time for the others' sockets. */
class LoopTest {
    private static final int TURNS_MAX = 100_000;

    private final AtomicLong clock = new AtomicLong();
    private volatile boolean read;

    private void listen(Channel channel) {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                read = true;
                ReferenceCountUtil.release(message);
            }
        });
    }

    /** A turn takes a while, and puts itself in line again until something was read. */
    private final class AlwaysBusy implements Runnable {
        private final Lane lane;
        private final CountDownLatch began = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final CompletableFuture<Integer> turnsUntilRead = new CompletableFuture<>();
        private int turns;

        AlwaysBusy(Lane lane) {
            this.lane = lane;
        }

        @Override
        public void run() {
            began.countDown();
            try {
                if (!goOn.await(60, TimeUnit.SECONDS)) {
                    throw new AssertionError("nothing was written");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            clock.addAndGet(Loop.TASKS_NANOS / 2);
            if (read || ++turns == TURNS_MAX) {
                turnsUntilRead.complete(turns);
            } else {
                lane.execute(this);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLaneThatAlwaysHasATaskStillReads(boolean epoll) throws Exception {
        try (EventLoops loops = new EventLoops(1, epoll && Epoll.isAvailable(), clock::get);
                Listener listener = Listener.bind("127.0.0.1", 0, null, ListenerLimits.DEFAULT, loops, this::listen);
                Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.setTcpNoDelay(true);
            AlwaysBusy busy = new AlwaysBusy(loops.lanes().getFirst());
            busy.lane.execute(busy);
            assertThat(busy.began.await(60, TimeUnit.SECONDS)).isTrue();
            socket.getOutputStream().write(1);
            busy.goOn.countDown();
            assertThat(busy.turnsUntilRead.get(60, TimeUnit.SECONDS)).isLessThan(TURNS_MAX);
        }
    }

    /** A loop that ends does all that it took, however long that is. */
    @Test
    void whatWasTakenIsRunBeforeTheLoopEnds() throws Exception {
        EventLoops loops = new EventLoops(1, Epoll.isAvailable(), clock::get);
        Lane lane = loops.lanes().getFirst();
        CountDownLatch posted = new CountDownLatch(1);
        CountDownLatch ran = new CountDownLatch(1_000);
        lane.execute(() -> {
            try {
                posted.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; i < 1_000; i++) {
            lane.execute(() -> {
                clock.addAndGet(Loop.TASKS_NANOS);
                ran.countDown();
            });
        }
        posted.countDown();
        loops.close();
        assertThat(ran.getCount()).isZero();
    }
}
