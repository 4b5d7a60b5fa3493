package io.signalbox.transports.remote.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.signalbox.client.connection.LinkOptions;
import io.signalbox.error.ReasonCode;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.Connector.Lost;
import io.signalbox.transports.connection.ResponseTimes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes connections, all on one loop. */
public final class Wires implements AutoCloseable {
    /** Idempotency keys that begin so are a transport's own: for messages that brought none, and taken off again. */
    public static final String OWN_KEY = "sb-remote:";

    private final MultiThreadIoEventLoopGroup loops;
    private final EventLoop loop;
    private final TimeSource time;
    private final ResponseTimes responseTimes;

    public Wires(TimeSource time, ResponseTimes responseTimes) {
        this.time = time;
        this.responseTimes = responseTimes;
        loops = new MultiThreadIoEventLoopGroup(
                1, Thread.ofPlatform().daemon().name("signalbox-remote-", 0).factory(), NioIoHandler.newFactory());
        loop = loops.next();
    }

    /** One thread; runs tasks in order, at once or later. */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Blocks until the server has answered.
     *
     * @param lost hears of the end of the connection, once
     * @throws WireClosedException with the server's reason if it refuses, BUSY if it cannot be reached
     */
    public WireLink open(ConnectRequest request, Receiver receiver, Lost lost) throws InterruptedException {
        LinkOptions options = request.options();
        WireHandler handler = new WireHandler(
                request, options.endpoint().path() != null, receiver, time, new Heartbeat(responseTimes), lost);
        long millis = options.connectTimeout().toMillis();
        Pipeline pipeline = new Pipeline(options, handler);
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(millis))
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) throws Exception {
                        pipeline.fill(channel);
                    }
                })
                .connect(options.endpoint().host(), options.endpoint().port());
        CompletableFuture<WireLink> opened = handler.opened();
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                opened.completeExceptionally(unreachable(options, String.valueOf(connected.cause())));
            }
        });
        try {
            return opened.get(2 * millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            connecting.channel().close();
            throw e.getCause() instanceof WireClosedException known ? known : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            connecting.channel().close();
            throw unreachable(options, "no answer within " + 2 * millis + " ms");
        } catch (InterruptedException e) {
            connecting.channel().close();
            throw e;
        }
    }

    private static WireClosedException unreachable(LinkOptions options, String why) {
        return new WireClosedException(
                Codes.NONE,
                new Refusal(
                        ReasonCode.BUSY,
                        options.endpoint().host() + ":" + options.endpoint().port() + " cannot be reached: " + why));
    }

    /** What is still open is cut off. */
    @Override
    public void close() {
        var unused = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
}
