package io.signalbox.transports.redis;

import io.signalbox.error.SignalboxException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stream of messages that could not be delivered; their bytes stay as they were. */
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final RedisTransport transport;

    DeadLetters(RedisTransport transport) {
        this.transport = transport;
    }

    /** The oldest, which stay. Those that are no messages are passed over. Blocks. */
    List<DeadLetter> list(int max) {
        List<Object> entries;
        try {
            entries = transport
                    .worker()
                    .retrying(
                            link -> Failures.get(
                                    link.range(transport.keys().deadLetters(), "-", Past.NEWEST, max),
                                    transport.config().publish().confirmWait().toMillis()),
                            System.nanoTime() + transport.config().openWait().toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Worker.closed();
        }
        List<DeadLetter> letters = new ArrayList<>();
        for (Object entry : entries) {
            List<?> two = Reply.list(entry);
            String id = Reply.text(two.get(0));
            try {
                EntryFields.Content content = EntryFields.read(Reply.list(two.get(1)));
                letters.add(new DeadLetter(id, content.message, content.deaths == null ? "[]" : content.deaths));
            } catch (SignalboxException | IllegalArgumentException e) {
                LOG.debug("dead letter {} cannot be read: {}", id, e.getMessage());
            }
        }
        return letters;
    }
}
