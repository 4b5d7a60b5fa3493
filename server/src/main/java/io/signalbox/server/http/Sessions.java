package io.signalbox.server.http;

import io.signalbox.gateway.listener.EventLoops;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Opens sessions of HTTP clients, each with a lane on one of the event loops, in turns. Thread safe. */
final class Sessions {
    private final Transport transport;
    private final EventLoops loops;
    private final AtomicInteger turn = new AtomicInteger();

    Sessions(Transport transport, EventLoops loops) {
        this.transport = transport;
        this.loops = loops;
    }

    /**
     * Who does not wait until it is open leaves nothing behind.
     *
     * @param opened gets it before anything is delivered
     */
    Session open(SessionOptions options, Subscriber subscriber, Consumer<Session> opened)
            throws InterruptedException, ExecutionException {
        List<Lane> lanes = loops.lanes();
        Lane lane = lanes.get(Math.floorMod(turn.getAndIncrement(), lanes.size()));
        CompletionStage<Session> opening = transport
                .open(options, lane, subscriber)
                .thenApply(session -> {
                    opened.accept(session);
                    return session;
                });
        try {
            return Stages.await(opening);
        } catch (InterruptedException | HttpProblem e) {
            var unused = opening.thenAccept(late -> late.detach(true));
            throw e;
        }
    }

    Session open(SessionOptions options, Subscriber subscriber) throws InterruptedException, ExecutionException {
        return open(options, subscriber, session -> {});
    }
}
