package io.signalbox.benchmarks.bus;

import io.signalbox.benchmarks.bus.peer.CommandBus;
import io.signalbox.benchmarks.bus.peer.CommandPeer;
import io.signalbox.benchmarks.bus.peer.Sum;
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
 * A command without middleware, and its answer, a small number that needs no object of its own. The command exists
 * before: what is allocated is the bus's. {@code java -jar benchmarks/target/benchmarks.jar bus.Command -prof gc}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CommandBenchmark {
    @Param
    CommandPeer peer = CommandPeer.DIRECT;

    private final Sum command = new Sum(3, 4);
    private CommandBus bus = CommandPeer.DIRECT.start();

    @Setup
    public void start() {
        bus = peer.start();
        if (bus.execute(command) != 7) {
            throw new IllegalStateException(peer + " does not answer the sum");
        }
    }

    @TearDown
    public void stop() {
        bus.close();
    }

    @Benchmark
    public int execute() {
        return bus.execute(command);
    }
}
