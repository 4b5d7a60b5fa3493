package io.signalbox.gateway.mqtt.deliver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.signalbox.access.Principal;
import io.signalbox.gateway.mqtt.config.Peer;
import io.signalbox.gateway.mqtt.frame.AckWriter;
import io.signalbox.gateway.mqtt.frame.Fields;
import io.signalbox.gateway.mqtt.frame.FrameDecoder;
import io.signalbox.gateway.mqtt.frame.OutboundBatch;
import io.signalbox.gateway.mqtt.frame.PacketSink;
import io.signalbox.gateway.mqtt.frame.PacketType;
import io.signalbox.gateway.mqtt.frame.ProtocolException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The frames of the hot path, 64 at a time as one read or write has them: PUBLISH of MQTT 3.1.1 at QoS 1 with 64 bytes,
 * and PUBACK. Decoding ends where the gateway's next station begins: topic passed over, identifier and payload read. In
 * the writer's package, which shows it to nobody else. {@code java -jar benchmarks/target/benchmarks.jar FrameBenchmark
 * -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameBenchmark {
    private static final int FRAMES = 64;
    private static final int PAYLOAD_BYTES = 64;
    private static final int PACKET_BYTES_MAX = 1 << 20;
    private static final String TOPIC = "site/7/sensor/3/value";

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final OutboundBatch out = new OutboundBatch(channel);
    private final PublishWriter writer = new PublishWriter(
            new Peer(false, "bench", Principal.ANONYMOUS, PACKET_BYTES_MAX, 0, false, false, 0, 0, false),
            out,
            TimeSource.monotonic());
    private final Message message =
            Message.to(Topic.ofMqtt(TOPIC)).payload(new byte[PAYLOAD_BYTES]).build();
    private final Reader reader = new Reader();
    private final FrameDecoder decoder = new FrameDecoder(reader, PACKET_BYTES_MAX);
    private final EmbeddedChannel inbound = new EmbeddedChannel(decoder);
    private final ByteBuf publishes = Unpooled.directBuffer();
    private final ByteBuf acks = Unpooled.directBuffer();

    @Setup
    public void encode() {
        decoder.connected(PACKET_BYTES_MAX);
        byte[] topic = TOPIC.getBytes(StandardCharsets.UTF_8);
        for (int id = 1; id <= FRAMES; id++) {
            publishes.writeByte(PacketType.PUBLISH << 4 | 2).writeByte(2 + topic.length + 2 + PAYLOAD_BYTES);
            publishes.writeShort(topic.length).writeBytes(topic).writeShort(id).writeZero(PAYLOAD_BYTES);
            acks.writeInt(PacketType.PUBACK << 28 | 2 << 16 | id);
        }
        if (decode(publishes) != FRAMES * PAYLOAD_BYTES || decode(acks) != FRAMES) {
            throw new IllegalStateException("the decoder did not hand over all frames");
        }
    }

    private long decode(ByteBuf frames) {
        reader.seen = 0;
        inbound.pipeline().fireChannelRead(frames.retain().readerIndex(0));
        return reader.seen;
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long decodePublish() {
        return decode(publishes);
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long decodePuback() {
        return decode(acks);
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public boolean encodePublish() {
        int header = PublishWriter.header(1, false, false);
        for (int id = 1; id <= FRAMES; id++) {
            writer.write(header, id, 0, message, new int[0], false);
        }
        return send();
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public boolean encodePuback() {
        for (int id = 1; id <= FRAMES; id++) {
            AckWriter.write(out, PacketType.PUBACK, id);
        }
        return send();
    }

    private boolean send() {
        out.flush();
        return channel.releaseOutbound();
    }

    @TearDown
    public void release() {
        out.close();
        channel.finishAndReleaseAll();
        publishes.release();
        acks.release();
        inbound.finishAndReleaseAll();
    }

    /** Counts payload bytes, and acknowledgements. */
    private static final class Reader implements PacketSink {
        private long seen;

        @Override
        public void onPacket(int header, ByteBuf in, int end) {
            if (header >>> 4 == PacketType.PUBLISH) {
                in.skipBytes(Fields.readShort(in, end));
                Fields.readPacketId(in, end);
                seen += Fields.readBytes(in, end - in.readerIndex()).length;
            } else {
                Fields.readPacketId(in, end);
                seen++;
            }
        }

        @Override
        public void onViolation(ProtocolException violation) {
            throw violation;
        }

        @Override
        public void onBytes(int count) {}

        @Override
        public void onReadEnd() {}

        @Override
        public boolean onBuffered(int bytesMore) {
            return true;
        }

        @Override
        public void onWritability() {}

        @Override
        public void onFailure(Throwable cause) {
            throw new IllegalStateException(cause);
        }

        @Override
        public void onGone() {}
    }
}
