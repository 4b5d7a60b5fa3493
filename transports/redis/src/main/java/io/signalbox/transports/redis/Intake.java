package io.signalbox.transports.redis;

import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.delivery.DeadReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream that other clients publish to. Every node reads it from its beginning and publishes what it finds; the
 * script that publishes deletes the entry in the same step, so that of several nodes one is the first, and the order is
 * that of the stream.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final int PAGE = 100;

    /** Names and values beside a payload. */
    private static final int BESIDE_BYTES_MAX = 1 << 20;

    private final RedisTransport transport;
    private final AtomicInteger underWay = new AtomicInteger();

    Intake(RedisTransport transport) {
        this.transport = transport;
    }

    /** On the worker. */
    void read(Link link) throws InterruptedException, TimeoutException {
        if (underWay.get() > 0) {
            return; // the page before has not been answered
        }
        long wait = transport.config().publish().confirmWait().toMillis();
        List<Settlements.Dying> unreadable = new ArrayList<>();
        StreamPage page = StreamPage.read(
                link,
                StreamPage.smallOnes(
                        Keys.INTAKE, "-", Past.NEWEST, PAGE, PublishLimits.BATCH_BYTES_MAX, entryBytesMax()),
                wait);
        for (StreamPage.Entry entry : page.entries()) {
            String id = entry.id();
            String why = entry.bytes() > entryBytesMax()
                    ? "it has " + entry.bytes() + " bytes; the limit is " + entryBytesMax()
                    : publish(id, entry.fields());
            if (why != null) {
                LOG.warn("entry {} of the intake is no message: {}", id, why);
                unreadable.add(new Settlements.Dying(new Claim("", id), DeadReason.MALFORMED.text(), why, 0));
            }
        }
        if (!unreadable.isEmpty()) {
            Failures.get(
                    link.run(
                            Script.BURY,
                            Settlements.bury(
                                    unreadable,
                                    transport.time().argument(),
                                    transport.config().retention().deadLettersMax())),
                    wait);
        }
    }

    private long entryBytesMax() {
        return (long) transport.config().payloadBytesMax() + BESIDE_BYTES_MAX;
    }

    /** @return why it is no message; null if it is one */
    private @Nullable String publish(String id, List<?> fields) {
        EntryFields.Content content;
        try {
            content = EntryFields.read(fields);
        } catch (SignalboxException | IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
        Refusal refusal = transport.admission().refuse(content.message, 0);
        if (refusal != null) {
            return refusal.detail();
        }
        underWay.incrementAndGet();
        transport.publishOfIntake(content, id, new Answer());
        return null;
    }

    /** What is refused stays where it is, and is tried again. */
    private final class Answer implements PublishCallback {
        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            underWay.decrementAndGet();
        }

        @Override
        public void refused(long context, Refusal refusal) {
            underWay.decrementAndGet();
            LOG.debug("an entry of the intake waits: {}", refusal.detail());
        }
    }
}
