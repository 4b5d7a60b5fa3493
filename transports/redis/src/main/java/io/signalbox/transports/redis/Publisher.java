package io.signalbox.transports.redis;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.Backoff;
import io.signalbox.transports.connection.Breaker;
import io.signalbox.transports.connection.PublishBound;
import io.signalbox.transports.connection.ResponseTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that publishes: whatever has gathered while the batch before was under way goes in the next, one script
 * for all of it, and one confirmation. A batch has a number, under which Redis keeps its answer: sent again after a lost
 * connection it is not published again. So one is under way at a time; meanwhile the next is encoded, and the publishers
 * of the one before hear its answers. Once one is refused for want of an answer, so is all that was published before that.
 */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    /** How soon an idle publisher sees that it is to end. */
    private static final long CLOSE_LOOK_MILLIS = 20;

    private static final int CHANGES_PAGE = 1_000;

    /** Of refusing what is published while others are refused: who does so on hearing of it must not keep it going. */
    private static final int REFUSAL_ROUNDS_MAX = 8;

    private final Links links;
    private final RedisConfig config;
    private final String instance;
    private final ServerClock time;
    private final Breaker breaker;
    private final ResponseTimes responseTimes;
    private final Routes routes = new Routes();
    private final Keys keys;
    private final PublishBound bound;
    private final LinkedBlockingQueue<List<Outgoing>> queue = new LinkedBlockingQueue<>(); // bounded by the bound
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean halted;
    private long number;

    /** Encoded while the one before it was under way. */
    private @Nullable PublishBatch next;

    /** Those of an answered batch have not heard it yet. */
    private @Nullable Answered untold;

    private record Answered(List<Outgoing> batch, PublishAnswers answers) {}

    Publisher(
            Links links,
            Keys keys,
            RedisConfig config,
            String instance,
            ServerClock time,
            Breaker breaker,
            ResponseTimes responseTimes) {
        this.links = links;
        this.config = config;
        this.instance = instance;
        this.time = time;
        this.breaker = breaker;
        this.responseTimes = responseTimes;
        this.keys = keys;
        bound = new PublishBound(
                config.publish().waitingMessagesMax(), config.publish().waitingBytesMax());
        thread = Thread.ofPlatform().daemon().name("redis-publisher").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Not after {@link #close}. */
    @Nullable
    Refusal submit(Outgoing out) {
        Refusal refusal = isAway() ? away("") : bound.enter(out.bytes());
        if (refusal == null) {
            queue.add(List.of(out));
        }
        return refusal;
    }

    /**
     * A page of the intake, which is a batch of its own: what strangers wrote fails alone, and a page is in order, also
     * behind one of its entries that is refused. Not after {@link #close}.
     */
    @Nullable
    Refusal submitOfIntake(List<Outgoing> page) {
        if (isAway()) {
            return away("");
        }
        page.forEach(out -> bound.enterAnyway(out.bytes()));
        queue.add(page);
        return null;
    }

    private boolean isAway() {
        return breaker.isOpen() && links.now() == null;
    }

    private Refusal away(String forHowLong) {
        return new Refusal(ReasonCode.BUSY, "Redis cannot be reached at " + config.address() + forHowLong);
    }

    private void run() {
        try {
            while (!halted) {
                PublishBatch batch = next;
                next = null;
                if (batch == null) {
                    List<Outgoing> first = queue.poll(CLOSE_LOOK_MILLIS, TimeUnit.MILLISECONDS);
                    batch = first == null ? null : batchOf(first);
                }
                if (batch != null) {
                    publish(batch);
                } else if (closing) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private PublishBatch batchOf(List<Outgoing> first) {
        return new PublishBatch(keys, config, gather(first), ++number);
    }

    private List<Outgoing> gather(List<Outgoing> first) {
        if (isOfIntake(first)) {
            return first;
        }
        List<Outgoing> batch = new ArrayList<>();
        long bytes = 0;
        List<Outgoing> next = first;
        while (next != null) {
            batch.addAll(next);
            bytes += next.getFirst().bytes();
            boolean full =
                    batch.size() == config.publish().batchMessagesMax() || bytes >= PublishLimits.BATCH_BYTES_MAX;
            List<Outgoing> following = full ? null : queue.peek();
            next = following == null || isOfIntake(following) ? null : queue.poll();
        }
        return batch;
    }

    private static boolean isOfIntake(List<Outgoing> parcel) {
        return !parcel.getFirst().intakeId().isEmpty();
    }

    private void publish(PublishBatch batch) throws InterruptedException {
        PublishAnswers answers = tryUntilTimeout(batch);
        if (!halted) {
            tellUntold();
            untold = new Answered(batch.batch(), answers);
            Refusal outage = answers.outage();
            if (outage != null) {
                tellUntold();
                refuseQueued(outage);
            } else if (next == null) {
                tellUntold();
            }
        }
    }

    /**
     * Nothing that was published before a refusal is taken after it: whoever publishes the refused ones again has them in
     * their order, behind nothing that came later.
     */
    private void refuseQueued(Refusal outage) {
        List<Outgoing> queued = new ArrayList<>(next == null ? List.of() : next.batch());
        next = null;
        List<List<Outgoing>> parcels = new ArrayList<>();
        for (int round = 1; round <= REFUSAL_ROUNDS_MAX; round++) {
            queue.drainTo(parcels);
            parcels.forEach(queued::addAll);
            if (queued.isEmpty()) {
                return;
            }
            untold = new Answered(List.copyOf(queued), PublishAnswers.refused(outage));
            tellUntold();
            queued.clear();
            parcels.clear();
        }
    }

    /** While the server works at a batch. */
    private void meanwhile() {
        tellUntold();
        if (next == null) {
            List<Outgoing> first = queue.poll();
            if (first != null) {
                next = batchOf(first);
                next.arguments(routes, instance, time.argument());
            }
        }
    }

    private void tellUntold() {
        Answered answered = untold;
        untold = null;
        if (answered != null) {
            for (int i = 0; i < answered.batch().size(); i++) {
                bound.leave(answered.batch().get(i).bytes());
                tell(answered.answers(), answered.batch().get(i), i);
            }
        }
    }

    private static void tell(PublishAnswers answers, Outgoing out, int index) {
        try {
            answers.tell(out, index);
        } catch (RuntimeException | Error e) { // or neither the others nor anybody later would have an answer
            LOG.error(
                    "a publisher threw at the answer to its publish to {}",
                    out.message().topic(),
                    e);
        }
    }

    private PublishAnswers tryUntilTimeout(PublishBatch batch) throws InterruptedException {
        long deadline =
                batch.batch().getFirst().sinceNanos() + config.publish().hold().toNanos();
        for (int attempt = 1; ; attempt++) {
            Link link = links.now();
            if (link == null) {
                tellUntold();
                link = links.await(deadline, () -> halted || closing);
            }
            if (link == null) {
                return PublishAnswers.refused(away(" for too long"));
            }
            try {
                return send(link, batch);
            } catch (RuntimeException | TimeoutException e) {
                tellUntold();
                if (Failures.breaksLink(e)) {
                    link.fail(e);
                }
                if (Failures.isFinal(e) || halted || System.nanoTime() - deadline > 0) {
                    LOG.warn("a batch of publishes is refused after {} attempts: {}", attempt, e.toString());
                    return PublishAnswers.refused(Failures.refusal(e));
                }
                pause(attempt);
            }
        }
    }

    private static void pause(int attempt) {
        LockSupport.parkNanos(Backoff.DEFAULT
                .delay(Math.min(attempt, 4), ThreadLocalRandom.current())
                .toNanos());
    }

    /** Until the routes it went by are those of the server. */
    private PublishAnswers send(Link link, PublishBatch batch) throws InterruptedException, TimeoutException {
        PublishLimits limits = config.publish();
        long wait = limits.confirmWait().toMillis();
        while (true) {
            long began = System.nanoTime();
            Link.Confirmed sent = link.publish(
                    batch.arguments(routes, instance, time.argument()), limits.replicas(), limits.confirmWait());
            meanwhile();
            String answer = Reply.text(Failures.get(sent.answer(), wait));
            Long replicas = sent.replicas() == null ? null : Failures.get(sent.replicas(), 2 * wait);
            responseTimes.record(System.nanoTime() - began);
            if (!answer.equals("STALE")) {
                return replicas == null || replicas >= limits.replicas()
                        ? PublishAnswers.of(answer, batch, link.facts().durability(limits.replicas()))
                        : PublishAnswers.refused(unconfirmed(replicas));
            }
            catchUp(link, wait);
        }
    }

    private Refusal unconfirmed(long replicas) {
        return new Refusal(
                ReasonCode.BUSY,
                "written, and confirmed by " + Math.max(0, replicas) + " of "
                        + config.publish().replicas() + " replicas within "
                        + config.publish().confirmWait()
                        + (replicas < 0 ? ", and not by the server's own disk" : "") + "; it may arrive all the same");
    }

    private void catchUp(Link link, long wait) throws InterruptedException, TimeoutException {
        List<?> page;
        do {
            page = Failures.get(link.changesAfter(routes.epoch() + "-0", CHANGES_PAGE), wait);
            if (!routes.apply(page)) {
                routes.replace(Failures.get(link.routes(), wait));
                return;
            }
        } while (page.size() == CHANGES_PAGE);
    }

    /** Publishes what is queued, and ends. */
    void close() {
        closing = true;
        join();
    }

    /** Ends where it stands, as a crash would. */
    void halt() {
        halted = true;
        thread.interrupt();
        join();
    }

    private void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
