package io.signalbox.client;

import io.signalbox.client.spool.Publication.Acknowledged;
import io.signalbox.client.spool.Publication.Spooled;
import io.signalbox.client.subscribe.Listener;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The same client for code that waits; cheap on virtual threads. Failures are thrown as they are. Not to be used in what
 * completes a stage of this client: each method throws {@link IllegalStateException} there, as it would wait for itself.
 */
public final class BlockingClient {
    private final SignalboxClient client;
    private final Runnable checkMayWait;

    BlockingClient(SignalboxClient client, Runnable checkMayWait) {
        this.client = client;
        this.checkMayWait = checkMayWait;
    }

    /** @throws TimeoutException if there is no connection by then; it goes on trying */
    public void connect(Duration timeout) throws InterruptedException, TimeoutException {
        checkMayWait.run();
        await(client.connect(), timeout);
    }

    /** Returns when the message is safe here. */
    public Spooled publish(Message message) throws InterruptedException {
        checkMayWait.run();
        return await(client.publish(message).spooled());
    }

    /** Returns when the message is safe here. */
    public Spooled publish(String topic, Object value) throws InterruptedException {
        checkMayWait.run();
        return await(client.publish(topic, value).spooled());
    }

    /** @throws TimeoutException if the server has not answered by then; the message goes all the same */
    public Acknowledged publishAcknowledged(Message message, Duration timeout)
            throws InterruptedException, TimeoutException {
        checkMayWait.run();
        return await(client.publish(message).acknowledged(), timeout);
    }

    /** @throws TimeoutException if the server has not granted it by then; it stays asked for */
    public <T> Subscription subscribe(SubscribeOptions options, Class<T> type, Listener<T> listener, Duration timeout)
            throws InterruptedException, TimeoutException {
        checkMayWait.run();
        Subscription subscription = client.subscribe(options, type, listener);
        await(subscription.granted(), timeout);
        return subscription;
    }

    /** @throws TimeoutException a {@link io.signalbox.client.request.NoReplyException}: nobody answered in time */
    public <A> A request(String topic, Object question, Class<A> type, Duration timeout)
            throws InterruptedException, TimeoutException {
        checkMayWait.run();
        return await(client.request(topic, question, type, timeout), timeout.multipliedBy(2));
    }

    private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    private static <T> T await(CompletionStage<T> stage, Duration timeout)
            throws InterruptedException, TimeoutException {
        try {
            return stage.toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException late) {
                throw late;
            }
            throw unwrapped(e);
        }
    }

    /** With the caller's own stack beside the reason's. */
    private static RuntimeException unwrapped(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof RuntimeException known) {
            known.addSuppressed(e);
            return known;
        }
        return new SignalboxException(ReasonCode.INTERNAL, String.valueOf(cause), cause);
    }
}
