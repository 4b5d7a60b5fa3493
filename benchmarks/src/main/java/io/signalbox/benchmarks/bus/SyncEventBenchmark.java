package io.signalbox.benchmarks.bus;

import io.signalbox.benchmarks.bus.peer.Peer;
import io.signalbox.benchmarks.bus.peer.SyncPeer;
import io.signalbox.benchmarks.bus.peer.Tick;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One event to one handler on the publisher's thread, which adds its number to a sum. The event exists before:
 * what is allocated is the bus's. {@code java -jar benchmarks/target/benchmarks.jar SyncEvent -prof gc}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SyncEventBenchmark {
    @Param
    SyncPeer peer = SyncPeer.DIRECT;

    private final Tick tick = new Tick(1);
    private long sum;
    private Peer bus = SyncPeer.DIRECT.start(this::add);

    private void add(Tick each) {
        sum += each.publisher();
    }

    @Setup
    public void start() {
        bus = peer.start(this::add);
    }

    @TearDown
    public void stop() {
        bus.close();
        if (sum == 0) {
            throw new IllegalStateException(peer + " never called its handler");
        }
    }

    @Benchmark
    public long publish() {
        bus.publish(tick);
        return sum;
    }
}
