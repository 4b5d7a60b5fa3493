package io.signalbox.transports.redis;

import io.signalbox.error.SignalboxException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stream of messages that could not be delivered; their bytes stay as they were. */
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private static final int PAGE = 100;
    private static final int PAGE_BYTES = 4 << 20;

    private final RedisTransport transport;

    DeadLetters(RedisTransport transport) {
        this.transport = transport;
    }

    /** The oldest, which stay. Those that are no messages are passed over. Blocks. */
    List<DeadLetter> list(int max) {
        List<DeadLetter> letters = new ArrayList<>();
        try {
            String from = Past.OLDEST;
            boolean more = max > 0;
            while (more && letters.size() < max) {
                StreamPage page = read(from, Math.min(PAGE, max - letters.size()));
                page.entries().forEach(entry -> add(letters, entry));
                more = page.more();
                from = more ? page.next() : from;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Worker.closed();
        }
        return letters;
    }

    private StreamPage read(String from, int entriesMax) throws InterruptedException {
        return transport
                .worker()
                .retrying(
                        link -> StreamPage.read(
                                link,
                                StreamPage.oldestFirst(Keys.DEAD_LETTERS, from, Past.NEWEST, entriesMax, PAGE_BYTES),
                                transport.config().publish().confirmWait().toMillis()),
                        System.nanoTime() + transport.config().openWait().toNanos());
    }

    private static void add(List<DeadLetter> letters, StreamPage.Entry entry) {
        try {
            EntryFields.Content content = EntryFields.read(entry.fields());
            letters.add(new DeadLetter(entry.id(), content.message, content.deaths == null ? "[]" : content.deaths));
        } catch (SignalboxException | IllegalArgumentException e) {
            LOG.debug("dead letter {} cannot be read: {}", entry.id(), e.getMessage());
        }
    }
}
