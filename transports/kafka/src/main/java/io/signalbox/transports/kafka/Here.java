package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that are at this node, and what those that were here have left. Thread safe; what touches one session
 * happens in its turn.
 */
final class Here implements AutoCloseable {
    private final Map<String, KafkaSession> attached = new ConcurrentHashMap<>();
    private final Map<String, Left> lefts = new ConcurrentHashMap<>();
    private final Turns turns = new Turns();
    private final long waitMillis;

    /** @param wait how long a turn waits for what it has asked for */
    Here(Duration wait) {
        waitMillis = wait.toMillis();
    }

    <T> CompletableFuture<T> inTurn(String name, Callable<T> work) {
        return turns.inTurn(name, work);
    }

    /** How many turns are asked for and not over. */
    int turnsAsked() {
        return turns.asked();
    }

    /**
     * @throws SignalboxException as it failed, or BUSY if it takes too long
     */
    <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(waitMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SignalboxException refused) {
                throw refused;
            }
            throw new SignalboxException(ReasonCode.INTERNAL, String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new SignalboxException(ReasonCode.BUSY, "the cluster does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SignalboxException(ReasonCode.SHUTTING_DOWN, "interrupted", e);
        }
    }

    // Who is here

    void attach(KafkaSession session) {
        attached.put(session.name(), session);
    }

    @Nullable
    KafkaSession attached(String name) {
        return attached.get(name);
    }

    boolean isAttached(KafkaSession session) {
        return attached.get(session.name()) == session;
    }

    List<KafkaSession> all() {
        return List.copyOf(attached.values());
    }

    /** Whoever has the name. */
    @Nullable
    KafkaSession detach(String name) {
        return attached.remove(name);
    }

    /** @return false if another has the name by now, or nobody */
    boolean detach(KafkaSession session) {
        return attached.remove(session.name(), session);
    }

    // What they left

    void left(String name, Left left) {
        lefts.put(name, left);
    }

    @Nullable
    Left takeLeft(String name) {
        return lefts.remove(name);
    }

    void forgetLeft(String name) {
        lefts.remove(name);
    }

    /** Waits for the turns that were asked for. */
    @Override
    public void close() {
        turns.close();
    }
}
