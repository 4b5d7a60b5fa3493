package io.signalbox.benchmarks.bus;

import io.signalbox.benchmarks.bus.peer.Sum;
import io.signalbox.benchmarks.bus.peer.Tick;
import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.message.PublishResult;
import java.util.Optional;
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
 * Does a bus with a million sessions, each with a handler of its own, find handlers as fast as one with a thousand? The
 * same number of sessions is busy in both, spread evenly; the others are parked.
 * {@code java -jar benchmarks/target/benchmarks.jar SessionLookup}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-Xmx4g")
public class SessionLookupBenchmark {
    private static final int BUSY = 64;

    @Param({"1000", "1000000"})
    int sessions = BUSY;

    private final Tick tick = new Tick(1);
    private final Sum command = new Sum(3, 4);
    private final Session[] busy = new Session[BUSY];
    private final String[] ids = new String[BUSY];
    private Bus bus = Bus.builder().callerRuns().build();
    private long sum;
    private int next;

    @Setup
    public void open() {
        bus.close();
        bus = Bus.builder().callerRuns().build();
        bus.subscribe(Tick.class, each -> sum += each.publisher());
        bus.handle(Sum.class, each -> each.left());
        for (int i = 0; i < sessions; i++) {
            Session session = bus.session("session-" + i);
            session.subscribe(Tick.class, each -> sum -= each.publisher());
            session.handle(Sum.class, each -> each.right());
            int step = sessions / BUSY;
            if (i % step == 0 && i / step < BUSY) {
                busy[i / step] = session;
                ids[i / step] = session.id();
            }
        }
    }

    @TearDown
    public void close() {
        bus.close();
    }

    /** To the bus's handler alone. */
    @Benchmark
    public PublishResult publishOnBus() {
        return bus.publish(tick);
    }

    /** To the session's handler and the bus's. */
    @Benchmark
    public PublishResult publishInSession() {
        return busy[next++ & (BUSY - 1)].publish(tick);
    }

    /** To the session's handler, which comes before the bus's. */
    @Benchmark
    public int executeInSession() {
        return busy[next++ & (BUSY - 1)].execute(command).orElseThrow();
    }

    @Benchmark
    public Optional<Session> findSession() {
        return bus.findSession(ids[next++ & (BUSY - 1)]);
    }
}
