package io.signalbox.broker.session;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.history.HistoryBudget;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Match;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * A delivery through the queue of its session, behind others that wait: in at the end, out at the front. In the queue's
 * package, which shows it to nobody else. {@code java -jar benchmarks/target/benchmarks.jar DeliveryQueueBenchmark -prof
 * gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DeliveryQueueBenchmark {
    @Param({"0", "1000", "1000000"})
    int waiting = 0;

    private final DeliveryQueue queue = new DeliveryQueue();
    private final Message message = Message.to(Topic.ofMqtt("site/7/sensor/3/value"))
            .payload(new byte[64])
            .build();
    private final TopicEntry topic =
            new Router(BrokerConfig.DEFAULT, new HistoryBudget(1 << 20)).entry(message.topic());
    private final Match match = Match.plain(Guarantee.AT_LEAST_ONCE);
    private long order;

    @Setup
    public void fill() {
        for (int i = 0; i < waiting; i++) {
            queue.add(entry());
        }
    }

    private QueueEntry entry() {
        order++;
        return new QueueEntry(order, topic, message, match, order, order, true, false, null);
    }

    @Benchmark
    public QueueEntry through() {
        queue.add(entry());
        QueueEntry head = queue.peek();
        if (head == null) {
            throw new IllegalStateException("the queue is empty");
        }
        queue.take(head);
        return head;
    }
}
