package io.signalbox.benchmarks.codec;

import io.signalbox.codec.Codecs;
import io.signalbox.codec.LayeredCodec;
import io.signalbox.codec.Layers;
import io.signalbox.codec.MessageCodec;
import io.signalbox.codecs.compress.Compression;
import io.signalbox.codecs.encrypt.Encryption;
import io.signalbox.codecs.encrypt.KeyEncryptionKey;
import io.signalbox.codecs.encrypt.Keyset;
import io.signalbox.codecs.encrypt.LocalKeyService;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Objects;
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
 * JSON, zstd and AES-256-GCM around 4 KiB: the chain beside the three libraries called by hand, there and back. The
 * chain makes a message of it all, authenticates its headers, and keeps its bounds. {@code java -jar
 * benchmarks/target/benchmarks.jar CodecChainBenchmark}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CodecChainBenchmark {
    private final Reading reading = Reading.ofFourKibibytes();
    private final MessageCodec chain = new LayeredCodec(
            Codecs.load(),
            Layers.of(
                    Compression.zstd(),
                    Encryption.perEntity(new LocalKeyService(Keyset.of(KeyEncryptionKey.ofBase64(
                            "2026-11", Base64.getEncoder().encodeToString(new byte[32])))))));
    private final ByHand byHand = new ByHand();
    private final Message head = Message.to(Topic.ofMqtt("site/7/pump/3"))
            .properties(MessageProperties.builder()
                    .id("0191a2b3-7c4d-7e5f-8a9b-0c1d2e3f4a5b")
                    .from("pump-3")
                    .schema("reading", "1")
                    .build())
            .build();
    private final Message wrapped = chain.encode(head, reading);
    private final byte[] bytes = bytes();

    private byte[] bytes() {
        try {
            return byHand.write(reading);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    public Message chainWrites() {
        return chain.encode(head, reading);
    }

    @Benchmark
    public byte[] handWrites() throws GeneralSecurityException {
        return byHand.write(reading);
    }

    @Benchmark
    public Object chainReads() {
        return Objects.requireNonNull(chain.decode(wrapped, Reading.class));
    }

    @Benchmark
    public Reading handReads() throws GeneralSecurityException {
        return byHand.read(bytes, Reading.class);
    }
}
