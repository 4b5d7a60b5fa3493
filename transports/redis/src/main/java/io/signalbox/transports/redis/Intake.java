package io.signalbox.transports.redis;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.delivery.DeadReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream that other clients publish to. Every node reads it from its beginning and publishes what it finds, a page
 * at a time; the script that publishes deletes the entry in the same step, so that of several nodes one is the first. An
 * entry that is refused for now stays, later ones of its topic and ordering key wait behind it, all others go on; what
 * can never be published is a dead letter. Owned by the worker.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final int PAGE = 100;
    private static final long SAY_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Names and values beside a payload. */
    private static final int BESIDE_BYTES_MAX = 1 << 20;

    private final RedisTransport transport;
    private final IntakeWalk walk;
    private final LongAdder published = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder buried = new LongAdder();
    private @Nullable IntakePage underWay;
    private int singly;
    private long nextSayNanos = System.nanoTime();

    Intake(RedisTransport transport) {
        this.transport = transport;
        walk = new IntakeWalk(transport.config().delivery().pollInterval().toNanos());
    }

    long published() {
        return published.sum();
    }

    /** Tries, of which an entry may have had many. */
    long refused() {
        return refused.sum();
    }

    long buried() {
        return buried.sum();
    }

    /** There is something in it. */
    void read(Link link) throws InterruptedException, TimeoutException {
        if (underWay == null && walk.goesOn(System.nanoTime())) {
            readPage(link);
        }
    }

    private void readPage(Link link) throws InterruptedException, TimeoutException {
        StreamPage read = StreamPage.read(
                link,
                StreamPage.smallOnes(
                        Keys.INTAKE,
                        walk.next(),
                        Past.NEWEST,
                        singly > 0 ? 1 : PAGE,
                        PublishLimits.BATCH_BYTES_MAX,
                        entryBytesMax()),
                waitMillis());
        IntakePage page = new IntakePage(read, this::answered);
        List<Settlements.Dying> unreadable = new ArrayList<>();
        for (StreamPage.Entry entry : read.entries()) {
            String why = sort(page, entry);
            if (why != null) {
                unreadable.add(dying(entry.id(), DeadReason.MALFORMED, why));
            }
        }
        bury(link, unreadable);
        List<Outgoing> batch = page.seal();
        if (batch.isEmpty()) {
            passed(page);
        } else {
            underWay = page;
            transport.publishOfIntake(batch);
        }
    }

    /** Into what is published next, or held back. @return why it can be neither; null if it is one */
    private @Nullable String sort(IntakePage page, StreamPage.Entry entry) {
        if (entry.bytes() > entryBytesMax()) {
            return "it has " + entry.bytes() + " bytes; the limit is " + entryBytesMax();
        }
        EntryFields.Content content;
        try {
            content = EntryFields.read(entry.fields());
        } catch (SignalboxException | IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
        Refusal refusal = transport.admission().refuse(content.message, 0);
        if (refusal != null) {
            return refusal.detail();
        }
        if (walk.lanes().holds(content.message)) {
            walk.lanes().hold(content.message);
            return null;
        }
        Outgoing out = transport.outgoingOfIntake(content, entry.id(), page, page.size());
        if (out.fields().size() > EntryFields.VALUES_MAX) {
            return EntryFields.tooMany(out.fields());
        }
        page.add(out);
        return null;
    }

    /** Not on the worker, but on the publisher's thread. */
    private void answered() {
        transport.worker().execute(() -> {
            IntakePage page = underWay;
            underWay = null;
            if (page == null
                    || !transport.worker().tried("the answers to the intake", link -> {
                        settle(link, page);
                        return page;
                    })) {
                walk.begin(System.nanoTime());
            }
        });
    }

    private void settle(Link link, IntakePage page) throws InterruptedException, TimeoutException {
        published.add(page.published());
        if (page.published() > 0) {
            walk.bearsFruit();
        }
        if (page.failedTogether()) {
            singly = page.size();
            readPage(link);
            return;
        }
        List<Settlements.Dying> never = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            Refusal refusal = page.refusal(i);
            DeadReason dead = refusal == null ? null : deadReason(refusal.reason());
            if (refusal != null && dead != null) {
                never.add(dying(page.id(i), dead, refusal.detail()));
            } else if (refusal != null) {
                walk.lanes().hold(page.message(i));
                say(page.id(i), refusal);
            }
        }
        bury(link, never);
        passed(page);
    }

    /** Of a refusal that no later try would be spared; null for others. */
    private static @Nullable DeadReason deadReason(ReasonCode refused) {
        return switch (refused) {
            case MALFORMED -> DeadReason.MALFORMED;
            case PAYLOAD_TOO_LARGE -> DeadReason.OVERFLOW;
            default -> null;
        };
    }

    private void passed(IntakePage page) {
        singly = Math.max(0, singly - 1);
        if (walk.passed(page.read(), System.nanoTime())) {
            transport
                    .worker()
                    .execute(() -> transport.worker().tried("reading the intake", link -> {
                        read(link);
                        return page;
                    }));
        }
    }

    private void bury(Link link, List<Settlements.Dying> dying) throws InterruptedException, TimeoutException {
        if (!dying.isEmpty()) {
            Failures.get(
                    link.run(
                            Script.BURY,
                            Settlements.bury(
                                    dying,
                                    transport.time().argument(),
                                    transport.config().retention().deadLettersMax())),
                    waitMillis());
            buried.add(dying.size());
            walk.bearsFruit();
        }
    }

    private static Settlements.Dying dying(String id, DeadReason reason, String why) {
        LOG.debug("entry {} of the intake can never be published: {}", id, why);
        return new Settlements.Dying(new Claim("", id), reason.text(), why, 0);
    }

    private void say(String id, Refusal refusal) {
        refused.increment();
        if (System.nanoTime() - nextSayNanos >= 0) {
            nextSayNanos = System.nanoTime() + SAY_EVERY_NANOS;
            LOG.warn("entry {} of the intake waits, and later ones of its topic and key: {}", id, refusal.detail());
        }
    }

    private long entryBytesMax() {
        return (long) transport.config().payloadBytesMax() + BESIDE_BYTES_MAX;
    }

    private long waitMillis() {
        return transport.config().publish().confirmWait().toMillis();
    }
}
