package io.signalbox.server.front;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends what nobody can open any more, such as sessions that clients left before there were passwords. */
final class EngineSessions {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private EngineSessions() {}

    /**
     * Blocks.
     *
     * @param name as the engine knows it
     * @return false if there was none
     */
    static boolean remove(Transport engine, String name) throws InterruptedException {
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Lane lane = new Lane() {
                @Override
                public boolean inLane() {
                    return false;
                }

                @Override
                public void execute(Runnable task) {
                    thread.execute(task);
                }
            };
            Session session = answer(engine.open(SessionOptions.durableSession(name), lane, new Ignoring()));
            boolean there = session.resumed();
            answer(session.remove());
            return there;
        }
    }

    private static <T> T answer(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SignalboxException refusal ? refusal : new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new SignalboxException(ReasonCode.BUSY, "the transport has not answered within " + LIMIT, e);
        }
    }

    /** What is offered meanwhile goes with the session. */
    private static final class Ignoring implements Subscriber {
        @Override
        public void onDelivery(
                int deliveryId, Message message, Match match, int count, boolean redelivered, boolean fromRetained) {}

        @Override
        public void onReleased(int deliveryId) {}

        @Override
        public void onTurnEnd() {}

        @Override
        public void onDetached(DetachReason reason) {}
    }
}
