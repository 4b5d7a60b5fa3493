package io.signalbox.gateway.listener;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.signalbox.transport.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The threads that all gateways of a server share: epoll where the kernel has it, NIO elsewhere. */
public final class EventLoops implements AutoCloseable {
    private static final long QUIET_MILLIS = 0;
    private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

    private final EventLoopGroup group;
    private final boolean epoll;

    EventLoops(int threads, boolean epoll, LongSupplier nanoTime) {
        this.epoll = epoll;
        IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("signalbox-loop"), factory) {
            @Override
            protected IoEventLoop newChild(Executor executor, IoHandlerFactory io, Object... unused) {
                return new Loop(this, executor, io, nanoTime);
            }
        };
    }

    /** @param threads 0: one for each processor */
    public static EventLoops start(int threads) {
        return new EventLoops(count(threads), Epoll.isAvailable(), System::nanoTime);
    }

    /** For machines where epoll misbehaves, and for tests of that path. */
    public static EventLoops startNio(int threads) {
        return new EventLoops(count(threads), false, System::nanoTime);
    }

    private static int count(int threads) {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** {@code epoll} or {@code nio}. */
    public String kind() {
        return epoll ? "epoll" : "nio";
    }

    /** One lane for each loop. */
    public List<Lane> lanes() {
        List<Lane> lanes = new ArrayList<>();
        for (EventExecutor loop : group) {
            lanes.add(new EventLoopLane(loop));
        }
        return lanes;
    }

    /** Runs what is queued, then ends the threads. Close the gateways first. */
    @Override
    public void close() {
        group.shutdownGracefully(QUIET_MILLIS, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS + 1_000);
    }
}
