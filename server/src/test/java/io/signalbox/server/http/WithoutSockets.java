package io.signalbox.server.http;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.server.config.ServerConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** What answers requests, when the test says so and on its thread; and budgets small enough to fill. */
final class WithoutSockets {
    static final int BODY_BYTES_MAX = 4 << 10;
    static final int BODIES_BYTES_MAX = 64 << 10;
    static final int ANSWERS_BYTES_MAX = 100_000;

    final ByteBudget bodies = new ByteBudget(BODIES_BYTES_MAX);
    final ByteBudget answers = new ByteBudget(ANSWERS_BYTES_MAX);
    final Memory memory = new Memory(new Bodies(bodies, BODY_BYTES_MAX), new UnreadAnswers(answers));
    final Exchanges exchanges;
    private final Queue<Runnable> work = new ArrayDeque<>();

    WithoutSockets(Authenticator authenticator, Route... routes) {
        try {
            exchanges = new Exchanges(
                    new Router(List.of(routes)),
                    new Door(authenticator, Authorizer.ALLOW_ALL, true),
                    new Neighbours(true, false, List.of(), List.of()),
                    new Later(),
                    new Places(ServerConfig.load(null, Map.of(), Map.of()).http()),
                    () -> true,
                    () -> false,
                    new HttpMetrics(new SimpleMeterRegistry()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    long bodiesHeld() {
        return BODIES_BYTES_MAX - bodies.bytesLeft();
    }

    long answersHeld() {
        return ANSWERS_BYTES_MAX - answers.bytesLeft();
    }

    HttpHandler handler() {
        return new HttpHandler(exchanges, null, () -> {}, BODY_BYTES_MAX, memory);
    }

    /** A connection of HTTP/1.1, whose time goes as the test says. */
    EmbeddedChannel connection(Duration requestTimeout, Duration idleTimeout, ChannelHandler socket) {
        WebSockets none = new WebSockets(new Neighbours(true, false, List.of(), List.of()), 1);
        HttpHandler handler = new HttpHandler(exchanges, none, () -> {}, BODY_BYTES_MAX, memory);
        ConnectionClock clock = new ConnectionClock(requestTimeout, idleTimeout, handler::requestTimedOut);
        handler.clock(clock);
        EmbeddedChannel channel = new EmbeddedChannel(socket, clock, new HttpServerCodec(), handler);
        channel.freezeTime();
        return channel;
    }

    /** Does what there is to do. @return whether there was anything */
    boolean work() {
        Runnable next = work.poll();
        boolean any = next != null;
        for (; next != null; next = work.poll()) {
            next.run();
        }
        return any;
    }

    private final class Later extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            work.add(task);
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
