package io.signalbox.broker;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The durable dead letters: look at them, send them on their way again, or purge them. */
public interface DeadLetters {
    long count();

    /** Oldest first. */
    List<DeadLetter> list(Query query);

    Optional<DeadLetter> get(long id);

    /**
     * Publishes each match again and marks it resolved once that is durable.
     *
     * @param target null: to the session it was meant for alone, or to its topic when that session or its subscription
     *     is gone; else to this topic
     * @param perSecond at most so many a second; 0: no limit
     * @param progress hears the running number of those done
     * @return completes with the number redriven, or fails at the first that was refused (those before stay redriven)
     */
    CompletionStage<Long> redrive(Query query, @Nullable Topic target, int perSecond, LongConsumer progress);

    /**
     * Publishes {@code edited} as a new message that names the dead one as its cause, and marks that one resolved. An
     * id or a key that it still has from the dead one it loses.
     *
     * @throws SignalboxException DEAD_LETTER_NOT_FOUND (as the stage's failure)
     */
    CompletionStage<Void> replace(long id, Message edited);

    /** Forgets them for good. */
    CompletionStage<Long> purge(Query query);

    /**
     * @param ids empty: any
     * @param topic null: any
     * @param session null: any
     * @param reason null: any
     */
    record Query(
            List<Long> ids,
            @Nullable TopicFilter topic,
            @Nullable String session,
            DeadLetter.@Nullable DeathReason reason,
            boolean includeResolved,
            int limit) {
        public static Query all(int limit) {
            return new Query(List.of(), null, null, null, false, limit);
        }

        public static Query byId(long id) {
            return new Query(List.of(id), null, null, null, true, 1);
        }
    }
}
