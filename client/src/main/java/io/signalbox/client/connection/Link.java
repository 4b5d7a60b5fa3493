package io.signalbox.client.connection;

import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One established connection. Any thread. */
public interface Link {
    /** What the server said of a publish. On any thread; must not block. Says nothing when the connection is lost. */
    interface Answer {
        /** @param subscribers false: nobody is subscribed to its topic (MQTT 5, 3.4.2.1, 0x10) */
        void taken(boolean subscribers);

        /** @param again the same message may be taken later */
        void refused(Refusal refusal, boolean again);
    }

    /** @param nowMillis for what is left of the message's life */
    void publish(Message message, long nowMillis, Answer answer);

    /**
     * A subscription that is not granted.
     *
     * @param again it may be later
     */
    record Denied(Refusal refusal, boolean again) {}

    /**
     * @return null in the place of each filter that the server granted, else why not; in their order. Fails when the
     *     connection is lost
     */
    CompletionStage<List<@Nullable Denied>> subscribe(List<WireFilter> filters);

    CompletionStage<?> unsubscribe(List<String> filters);

    /** The server had kept the session of an earlier connection. */
    boolean sessionPresent();

    /** Publishes that may be unanswered at once. */
    int receiveMaximum();

    CompletionStage<?> disconnect(Goodbye goodbye);

    /** Ends the connection without a word; its events say that it is lost. */
    void abandon();
}
