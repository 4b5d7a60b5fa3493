package io.signalbox.cli.bench;

import io.signalbox.cli.link.Filters;
import io.signalbox.cli.link.LinkException;
import io.signalbox.cli.link.LinkListener;
import io.signalbox.cli.link.MqttLink;
import io.signalbox.cli.link.MqttOptions;
import io.signalbox.cli.link.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** One run of a plan: connects, warms up, measures, waits for the rest. Owned by the thread that calls it. */
public final class BenchRun implements AutoCloseable {
    private static final long TICK_MILLIS = 200;
    private static final long DRAIN_MILLIS = 5_000;
    private static final int DIGITS = 3;

    private final BenchPlan plan;
    private final CompletableFuture<?> interrupted;
    private final Progress progress;
    private final List<MqttLink> links = new ArrayList<>();
    private final List<BenchSubscriber> subscribers = new ArrayList<>();
    private final List<BenchPublisher> publishers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Recorder latency = new Recorder(DIGITS);
    private final Recorder acknowledgement = new Recorder(DIGITS);
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Told several times a second how far it is. */
    public interface Progress {
        /** @param phase such as {@code measuring} */
        void at(String phase, long millis, long ofMillis, long sentPerSecond, long receivedPerSecond);
    }

    /** @param interrupted done: the run ends early, with what was measured until then */
    public BenchRun(BenchPlan plan, Progress progress, CompletableFuture<?> interrupted) {
        this.plan = plan;
        this.progress = progress;
        this.interrupted = interrupted;
    }

    public BenchResult run(MqttOptions options) throws LinkException, InterruptedException {
        connect(options);
        for (BenchPublisher publisher : publishers) {
            threads.add(Thread.ofPlatform().name("signalbox-bench").daemon().start(publisher));
        }
        await("warming up", plan.warmUpMillis());
        Histogram unused = latency.getIntervalHistogram();
        Histogram unusedToo = acknowledgement.getIntervalHistogram();
        long sentBefore = sent.sum();
        long receivedBefore = received.sum();
        long began = System.nanoTime();
        await("measuring", plan.durationMillis());
        double seconds = (System.nanoTime() - began) / 1e9;
        long sentMeasured = sent.sum() - sentBefore;
        long receivedMeasured = received.sum() - receivedBefore;
        Histogram latencies = latency.getIntervalHistogram();
        Histogram acknowledgements = acknowledgement.getIntervalHistogram();
        publishers.forEach(BenchPublisher::stop);
        drain();
        long expected = publishers.stream().mapToLong(BenchPublisher::sequence).sum() * plan.copies();
        long duplicates =
                subscribers.stream().mapToLong(BenchSubscriber::duplicates).sum();
        return new BenchResult(
                seconds,
                sentMeasured,
                receivedMeasured,
                latencies,
                acknowledgements,
                Math.max(0, expected - (received.sum() - duplicates)),
                duplicates);
    }

    private void connect(MqttOptions options) throws LinkException {
        for (int i = 0; i < plan.idle(); i++) {
            open(options, "idle-" + i, null);
        }
        for (int i = 0; i < plan.subscribers(); i++) {
            BenchSubscriber subscriber = new BenchSubscriber(plan.publishers(), latency, received);
            subscribers.add(subscriber);
            Object unused = open(options, "sub-" + i, subscriber)
                    .subscribe(new Filters(List.of(plan.filterOf(i)), plan.qos(), false, false, 2, List.of()));
        }
        for (int i = 0; i < plan.publishers(); i++) {
            MqttLink link = open(options, "pub-" + i, null);
            publishers.add(new BenchPublisher(plan, i, link, acknowledgement, sent, failure));
        }
    }

    private MqttLink open(MqttOptions options, String suffix, @Nullable BenchSubscriber subscriber)
            throws LinkException {
        Patience patience = new Patience(() -> Long.MAX_VALUE, interrupted);
        MqttLink link = MqttLink.open(
                options.withClientId(options.clientId() + "-" + suffix),
                new Ends(),
                patience,
                subscriber,
                Runnable::run);
        links.add(link);
        return link;
    }

    /** A lost connection would make the figures meaningless. */
    private final class Ends implements LinkListener {
        @Override
        public void lost(String reason, long retryMillis) {
            failure.compareAndSet(null, new LinkException(LinkException.Kind.UNAVAILABLE, reason));
        }

        @Override
        public void back(boolean sessionPresent) {}

        @Override
        public void missed(String what) {}

        @Override
        public void ended(LinkException reason) {
            failure.compareAndSet(null, reason);
        }
    }

    private void await(String phase, long ofMillis) throws LinkException, InterruptedException {
        long began = System.nanoTime();
        long sentBefore = sent.sum();
        long receivedBefore = received.sum();
        long millis = 0;
        while (millis < ofMillis && !interrupted.isDone()) {
            TimeUnit.MILLISECONDS.sleep(Math.min(TICK_MILLIS, ofMillis - millis));
            rethrow();
            millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            long each = Math.max(1, millis);
            progress.at(
                    phase,
                    millis,
                    ofMillis,
                    (sent.sum() - sentBefore) * 1_000 / each,
                    (received.sum() - receivedBefore) * 1_000 / each);
        }
    }

    /** Until nothing has come for a while, or all is there. */
    private void drain() throws LinkException, InterruptedException {
        for (Thread thread : threads) {
            thread.join(DRAIN_MILLIS);
        }
        long expected = publishers.stream().mapToLong(BenchPublisher::sequence).sum() * plan.copies();
        long seen = -1;
        long quietSince = System.nanoTime();
        while (received.sum() < expected
                && System.nanoTime() - quietSince < TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS)) {
            if (received.sum() != seen) {
                seen = received.sum();
                quietSince = System.nanoTime();
            }
            TimeUnit.MILLISECONDS.sleep(20);
            rethrow();
        }
    }

    private void rethrow() throws LinkException {
        Throwable failed = failure.get();
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        switch (cause) {
            case null -> {}
            case LinkException refused -> throw refused;
            default -> throw new LinkException(LinkException.Kind.UNAVAILABLE, String.valueOf(cause.getMessage()));
        }
    }

    @Override
    public void close() {
        publishers.forEach(BenchPublisher::stop);
        links.forEach(MqttLink::close);
    }
}
