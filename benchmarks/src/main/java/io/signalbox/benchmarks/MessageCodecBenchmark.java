package io.signalbox.benchmarks;

import io.signalbox.broker.record.MessageCodec;
import io.signalbox.broker.record.RecordReader;
import io.signalbox.broker.record.RecordWriter;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A message of 64 bytes into its log record and back, without and with properties. {@code java -jar
 * benchmarks/target/benchmarks.jar MessageCodecBenchmark -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MessageCodecBenchmark {
    private final Message plain = Message.to(Topic.ofMqtt("site/7/sensor/3/value"))
            .payload(new byte[64])
            .build();
    private final Message rich = plain.toBuilder()
            .properties(MessageProperties.builder()
                    .id("0191a2b3-7c4d-7e5f-8a9b-0c1d2e3f4a5b")
                    .contentType("application/json")
                    .header("tenant", "blue")
                    .build())
            .build();
    private final RecordWriter writer = new RecordWriter();
    private final byte[] plainBytes = encoded(plain);
    private final byte[] richBytes = encoded(rich);

    private static byte[] encoded(Message message) {
        RecordWriter out = new RecordWriter();
        MessageCodec.write(out, message);
        return out.copy();
    }

    @Benchmark
    public int writePlain() {
        MessageCodec.write(writer.clear(), plain);
        return writer.length();
    }

    @Benchmark
    public int writeRich() {
        MessageCodec.write(writer.clear(), rich);
        return writer.length();
    }

    @Benchmark
    public Message readPlain() {
        return MessageCodec.read(new RecordReader(plainBytes, 0, plainBytes.length));
    }

    @Benchmark
    public Message readRich() {
        return MessageCodec.read(new RecordReader(richBytes, 0, richBytes.length));
    }
}
