package io.signalbox.benchmarks.bus;

import io.signalbox.benchmarks.bus.peer.AsyncPeer;
import io.signalbox.benchmarks.bus.peer.Peer;
import io.signalbox.benchmarks.bus.peer.SyncPeer;
import io.signalbox.benchmarks.bus.peer.Tick;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * The rate at which events get through: published by one thread or four, handled on another. At most 4,096 are on their
 * way; a publisher that has had its share waits until half of that is handled. At the end of each iteration every event
 * must have been handled. {@code java -jar benchmarks/target/benchmarks.jar AsyncPublish -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class AsyncPublishBenchmark {
    private static final int ON_THE_WAY_MAX = 4_096;

    @Param
    AsyncPeer peer = AsyncPeer.DISRUPTOR;

    private Backlog backlog = new Backlog(0);
    private Peer bus = SyncPeer.DIRECT.start(tick -> {});

    @Setup
    public void start(BenchmarkParams params) {
        backlog = new Backlog(params.getThreads());
        bus = peer.start(backlog::count, params.getThreads());
    }

    @TearDown
    public void stop() {
        bus.close();
    }

    /** One publisher; its events exist before, so what is allocated is the bus's. */
    @State(Scope.Thread)
    public static class Publisher {
        private Tick tick = new Tick(0);
        private Credit credit = new Credit(new Backlog(1), 0, 1);

        @Setup
        public void join(AsyncPublishBenchmark benchmark, ThreadParams params) {
            int number = params.getThreadIndex();
            tick = new Tick(number);
            credit = new Credit(benchmark.backlog, number, ON_THE_WAY_MAX / params.getThreadCount());
        }

        @TearDown(Level.Iteration)
        public void allAreHandled(AsyncPublishBenchmark benchmark) {
            credit.awaitAll(benchmark.peer.name());
        }
    }

    @Benchmark
    @Threads(1)
    public void onePublisher(Publisher publisher) {
        publish(publisher);
    }

    @Benchmark
    @Threads(4)
    public void fourPublishers(Publisher publisher) {
        publish(publisher);
    }

    private void publish(Publisher publisher) {
        publisher.credit.take();
        bus.publish(publisher.tick);
    }
}
