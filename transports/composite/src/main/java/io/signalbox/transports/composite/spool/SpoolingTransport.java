package io.signalbox.transports.composite.spool;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Admission;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.strategy.Outlet;
import io.signalbox.transports.composite.strategy.Stop;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport whose outages its publishers do not notice: what it does not take goes to a folder, and from there to the
 * transport, in order, when that is back. Publishes that come meanwhile queue up behind.
 *
 * <p>A publish is accepted at the lower of what the transport gives and {@link SpoolConfig#acknowledge}. A message whose
 * answer was lost may reach the transport twice, as may, after a crash of this process, what was drained since the last
 * mark. Receiving is the transport's own: nothing comes while it is down.
 */
public final class SpoolingTransport implements Transport {
    private static final Logger LOGGER = LoggerFactory.getLogger(SpoolingTransport.class);
    private static final Refusal CLOSED = new Refusal(ReasonCode.CLOSED, "this transport is closed");
    private static final long TICK_MILLIS = 50;
    private static final long CLOSE_WAIT_MAX_NANOS = 2_000_000_000;

    private final Transport target;
    private final SpoolConfig config;
    private final Admission admission;
    private final Spool spool;
    private final Way way;
    private final RefusedMessages refused;
    private final Drain drain;
    private final Thread thread;
    private final AtomicLong refusedCount = new AtomicLong();
    private volatile boolean closed;
    private volatile boolean stopped;

    /**
     * Takes the transport over: {@link #close} closes it too.
     *
     * @throws IOException if the folder cannot be used
     */
    public SpoolingTransport(Transport target, SpoolConfig config, RefusedMessages refused, TimeSource time)
            throws IOException {
        this(target, config, refused, time, Stop.WAIT_MAX);
    }

    /** @param waitMax so long a refusal waits for what is on its way to the target */
    SpoolingTransport(Transport target, SpoolConfig config, RefusedMessages refused, TimeSource time, Duration waitMax)
            throws IOException {
        this.target = target;
        this.config = config;
        admission = new Admission(target.name(), capabilities());
        spool = new Spool(config, admission.capabilities().payloadBytesMax(), time);
        way = new Way(target.name(), spool, config.answerTimeout(), waitMax);
        this.refused = refused;
        drain = new Drain(
                spool,
                target,
                config,
                (message, refusal) -> refused.add(message, refusal).thenRun(refusedCount::incrementAndGet),
                new Stop(waitMax));
        way.tick(down(), System.nanoTime());
        thread = Thread.ofPlatform().daemon().name("spool-" + target.name()).start(this::run);
    }

    private boolean down() {
        return target.health().status() == Health.Status.DOWN;
    }

    private void run() {
        long nextTick = System.nanoTime();
        while (!stopped) {
            try {
                if (System.nanoTime() - nextTick >= 0) {
                    nextTick = System.nanoTime() + TICK_MILLIS * 1_000_000;
                    way.tick(down(), System.nanoTime());
                    spool.markIfDue();
                }
                boolean busy = !down() && drain.turn();
                if (drain.windowEmpty()) {
                    way.directIfDrained();
                }
                if (!busy) {
                    drain.await(way.spooling() ? 1 : TICK_MILLIS);
                }
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException | Error e) { // without this thread nothing spooled ever leaves
                LOGGER.error("draining to {} failed and is tried again", target.name(), e);
                LockSupport.parkNanos(TICK_MILLIS * 1_000_000);
            }
        }
    }

    @Override
    public String name() {
        return target.name();
    }

    @Override
    public Capabilities capabilities() {
        Capabilities of = target.capabilities();
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        features.addAll(of.features());
        features.remove(Feature.EXACTLY_ONCE); // a spooled publish may be taken twice
        Durability durability = of.durability().atLeast(config.acknowledge()) ? config.acknowledge() : of.durability();
        return new Capabilities(features, durability, of.payloadBytesMax(), of.exactOutcomes());
    }

    @Override
    public Guarantees guarantees() {
        return config.guarantees(
                target.guarantees(), capabilities().durability(), target.name(), "this machine's folder");
    }

    /** DEGRADED while messages wait: they are safe, and late. Says what holds them up, and where refused ones are. */
    @Override
    public Health health() {
        if (closed) {
            return new Health(Health.Status.DOWN, "closed");
        }
        Health own = target.health();
        if (!way.spooling()) {
            return switch (own.status()) {
                case DOWN -> new Health(Health.Status.DEGRADED, own.detail());
                case DEGRADED -> own;
                case UP -> refused.health();
            };
        }
        String heldUpBy = drain.heldUpBy();
        String waiting = spool.pendingCount() + " messages wait in " + config.directory()
                + (heldUpBy == null ? "" : "; refused last: " + heldUpBy);
        return new Health(Health.Status.DEGRADED, own.detail().isEmpty() ? waiting : waiting + "; " + own.detail());
    }

    public SpoolStatus status() {
        return new SpoolStatus(
                way.spooling(), spool.pendingCount(), spool.pendingBytes(), refusedCount.get(), spool.gapCount());
    }

    /**
     * An operator's decision about the message that all others wait for, when a transport in good health does not take
     * it and never will: it is handed to the {@link RefusedMessages}. During an outage nothing happens.
     */
    public void giveUpFirst() {
        drain.giveUpFirst();
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        publish(message, 0, target::publish, callback, context);
    }

    void publish(Message message, int tag, Outlet outlet, PublishCallback callback, long context) {
        Refusal refusal = closed ? CLOSED : admission.refuse(message, tag);
        if (refusal != null) {
            callback.refused(context, refusal);
        } else {
            way.publish(message, outlet, callback, context);
        }
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        return closed
                ? CompletableFuture.failedFuture(CLOSED.toException())
                : target.open(options, lane, subscriber).thenApply(session -> new SpoolingSession(session, this));
    }

    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        return target.read(request, visitor);
    }

    /**
     * What is spooled stays in the folder for the next time; what is not answered soon is spooled, though the transport
     * may have it.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        long deadline = System.nanoTime()
                + Math.min(CLOSE_WAIT_MAX_NANOS, config.answerTimeout().toNanos());
        while (!way.idle() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        way.tick(true, System.nanoTime() + config.answerTimeout().toNanos());
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        spool.close();
        refused.close();
        target.close();
    }
}
