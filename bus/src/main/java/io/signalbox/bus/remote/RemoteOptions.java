package io.signalbox.bus.remote;

import io.signalbox.codec.MessageCodec;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a bus stands on its transport.
 *
 * @param name of this process among all on the transport; unique
 * @param named its user has chosen the name, so that a later process may have it again
 * @param absence what waits under its name while this process is away; null: nothing
 * @param inbox null: what is delivered twice is handled twice
 * @param outbox null: what is published is sent at once
 * @param requestTimeout how long a command without a timeout of its own waits for the answer of another process
 * @param unsettledMax deliveries that may be with handlers at once
 * @param types classes of messages that handlers of their super types are to hear of
 */
public record RemoteOptions(
        String name,
        boolean named,
        @Nullable Absence absence,
        MessageCodec codec,
        @Nullable Inbox inbox,
        @Nullable Outbox outbox,
        Duration requestTimeout,
        int unsettledMax,
        List<Class<?>> types) {
    boolean durable() {
        return absence != null;
    }

    SessionOptions place() {
        return absence == null
                ? SessionOptions.transientSession(name)
                : SessionOptions.durableSession(name)
                        .withQueue(absence.messagesMax(), SessionOptions.QUEUE_BYTES_MAX_DEFAULT, absence.beyond());
    }
}
