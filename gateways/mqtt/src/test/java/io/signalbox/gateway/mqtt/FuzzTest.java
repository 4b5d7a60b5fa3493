package io.signalbox.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Mutated packets by the hundred thousand: nothing escapes, nothing leaks, and a well-behaved client of the same
 * gateway is served as before. The long run:
 *
 * <pre>{@code ./test -Dtest=FuzzTest -Dsignalbox.fuzz.packets=10000000 -Dsignalbox.fuzz.seed=1}</pre>
 */
public class FuzzTest {
    private static final String[] SEEDS_5 = {
        WireFixture.packet("30", WireFixture.text("a/b"), "00", "6869"),
        WireFixture.packet("32", WireFixture.text("a/b"), "0007", WireFixture.properties("23 0001", "01 01"), "6869"),
        WireFixture.packet(
                "34",
                WireFixture.text("t"),
                "0008",
                WireFixture.properties(
                        "02 00000009",
                        "03" + WireFixture.text("x"),
                        "08" + WireFixture.text("r"),
                        "09 0001 01",
                        "26" + WireFixture.text("k") + WireFixture.text("v")),
                "00"),
        "40020007",
        "4004 0007 00 00",
        "50020007",
        "62020008",
        "7003 0007 00",
        WireFixture.packet(
                "82",
                "0001",
                WireFixture.properties("0b 05", "26" + WireFixture.text("sb-from") + WireFixture.text("last=5")),
                WireFixture.text("a/#"),
                "2d",
                WireFixture.text("$share/g/b/+"),
                "01"),
        WireFixture.packet("a2", "0002", "00", WireFixture.text("a/#")),
        "c000",
        "e000",
        WireFixture.packet("e0", "04", WireFixture.properties("11 00000001", "1f" + WireFixture.text("bye"))),
        "f000",
        WireFixture.packet(
                "10",
                "0004 4d515454 05 c6 003c",
                WireFixture.properties("11 0000000a", "21 0005", "27 00001000", "22 0002", "26 000161 000162"),
                WireFixture.text("client"),
                WireFixture.properties("18 00000005", "02 00000009"),
                WireFixture.text("will"),
                WireFixture.text("gone"),
                WireFixture.text("user"),
                WireFixture.text("secret")),
    };
    private static final String[] SEEDS_3 = {
        WireFixture.packet("31", WireFixture.text("a/b"), "6869"),
        WireFixture.packet("32", WireFixture.text("a/b"), "0007", "6869"),
        WireFixture.packet("34", WireFixture.text("t"), "0008"),
        "40020007",
        "50020007",
        "62020008",
        "70020007",
        WireFixture.packet("82", "0001", WireFixture.text("a/#"), "01", WireFixture.text("+"), "02"),
        WireFixture.packet("a2", "0002", WireFixture.text("a/#")),
        "c000",
        "e000",
        WireFixture.packet(
                "10",
                "0004 4d515454 04 ee 003c",
                WireFixture.text("client"),
                WireFixture.text("will"),
                WireFixture.text("gone"),
                WireFixture.text("user"),
                WireFixture.text("secret")),
    };
    /** Wants no reason strings: the reason code is at a fixed place then. */
    private static final String CONNECT_5_QUIET = "10 10 0004 4d515454 05 02 0000 02 17 00 0001 63";

    private static final int[] EDGES = {0, 1, 2, 0x7F, 0x80, 0xFF, 0x26, 0x23, 0x0B, 0x11, 0xC0, 0xED, 0x2B, 0x24};

    /** Malformed, protocol error, unspecific, topic name, receive maximum, alias, too large, quota. */
    private static final List<Integer> REASONS = List.of(0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x97);

    @Test
    void mutatedPacketsHarmNobody() {
        long packets = Long.getLong("signalbox.fuzz.packets", 200_000);
        long seed = Long.getLong("signalbox.fuzz.seed", System.nanoTime());
        System.out.println("fuzz: -Dsignalbox.fuzz.seed=" + seed + " -Dsignalbox.fuzz.packets=" + packets);
        SplittableRandom random = new SplittableRandom(seed);
        WireFixture wire = new WireFixture();
        wire.transport.remembering = false;
        EmbeddedChannel neighbour = wire.channel;
        wire.send(WireFixture.packet("10", "0004 4d515454 05 02 0000 00", WireFixture.text("neighbour")));
        long ended = 0;
        for (long sent = 0; sent < packets; ) {
            boolean five = random.nextInt(3) > 0;
            String[] seeds = five ? SEEDS_5 : SEEDS_3;
            EmbeddedChannel victim = wire.open();
            boolean connected = random.nextInt(8) > 0;
            StringBuilder answers = new StringBuilder();
            if (connected) {
                answers.append(wire.send(five ? CONNECT_5_QUIET : WireFixture.CONNECT_3));
            }
            long violations = violations(wire);
            List<ByteBuf> buffers = new ArrayList<>();
            int inARow = 1 + random.nextInt(20);
            for (int i = 0; i < inARow && victim.isOpen(); i++, sent++) {
                ByteBuf bytes =
                        Unpooled.copiedBuffer(mutate(WireFixture.bytes(seeds[random.nextInt(seeds.length)]), random));
                buffers.add(bytes);
                victim.writeInbound(bytes);
                if (random.nextInt(4) == 0) {
                    answers.append(wire.received());
                }
            }
            victim.checkException();
            answers.append(wire.received());
            if (!victim.isOpen()) {
                ended++;
                if (five && connected && violations(wire) > violations) {
                    byte[] last = lastPacket(WireFixture.bytes(answers.toString()));
                    assertThat(last[0])
                            .as("DISCONNECT is the last packet, seed " + seed)
                            .isEqualTo((byte) 0xE0);
                    assertThat(last[2] & 0xFF).as("its reason, seed " + seed).isIn(REASONS);
                }
            }
            victim.finishAndReleaseAll();
            for (ByteBuf buffer : buffers) {
                assertThat(buffer.refCnt()).as("buffer released, seed " + seed).isZero();
            }
            if (sent % 1_000 < inARow) {
                wire.channel = neighbour;
                assertThat(wire.send("c000"))
                        .as("the neighbour is answered, seed " + seed)
                        .isEqualTo("d000");
            }
        }
        assertThat(wire.counters.value(MqttCounter.INTERNAL_ERRORS))
                .as("faults, seed " + seed)
                .isZero();
        assertThat(ended).as("connections that the server ended").isPositive();
        assertThat(wire.hall.all()).hasSize(1);
        assertThat(wire.hall.clients()).hasSize(1);
        neighbour.finishAndReleaseAll();
    }

    /** Some packets stay whole, so that the state behind the decoder is reached, too. */
    private static byte[] mutate(byte[] packet, SplittableRandom random) {
        byte[] p = packet;
        for (int times = random.nextInt(4); times > 0; times--) {
            int at = random.nextInt(p.length);
            switch (random.nextInt(7)) {
                case 0 -> p[at] = (byte) random.nextInt(256);
                case 1 -> p[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> p[at] = (byte) EDGES[random.nextInt(EDGES.length)];
                case 3 -> p = Arrays.copyOf(p, Math.max(1, at));
                case 4 -> { // insert a byte, and mend the length now and then
                    byte[] longer = Arrays.copyOf(p, p.length + 1);
                    System.arraycopy(p, at, longer, at + 1, p.length - at);
                    longer[at] = (byte) random.nextInt(256);
                    p = mendLength(longer, random);
                }
                case 5 -> { // remove a byte
                    if (p.length > 2) {
                        byte[] shorter = new byte[p.length - 1];
                        System.arraycopy(p, 0, shorter, 0, at);
                        System.arraycopy(p, at + 1, shorter, at, shorter.length - at);
                        p = mendLength(shorter, random);
                    }
                }
                default -> { // repeat a part
                    int length = random.nextInt(p.length - at);
                    byte[] twice = Arrays.copyOf(p, p.length + length);
                    System.arraycopy(p, at, twice, p.length, length);
                    p = mendLength(twice, random);
                }
            }
        }
        return p;
    }

    private static byte[] mendLength(byte[] p, SplittableRandom random) {
        if (random.nextInt(4) > 0 && p.length >= 2 && p.length - 2 < 128) {
            p[1] = (byte) (p.length - 2);
        }
        return p;
    }

    /** Connections that the server ended, as against those whose client said goodbye. */
    private static long violations(WireFixture wire) {
        return wire.counters.value(MqttCounter.ENDED_MALFORMED)
                + wire.counters.value(MqttCounter.ENDED_PROTOCOL_ERROR)
                + wire.counters.value(MqttCounter.ENDED_PACKET_TOO_LARGE)
                + wire.counters.value(MqttCounter.ENDED_OTHER);
    }

    private static byte[] lastPacket(byte[] stream) {
        int at = 0;
        int start = 0;
        while (at < stream.length) {
            start = at++;
            int length = 0;
            int shift = 0;
            byte b;
            do {
                b = stream[at++];
                length |= (b & 0x7F) << shift;
                shift += 7;
            } while (b < 0);
            at += length;
        }
        return Arrays.copyOfRange(stream, start, stream.length);
    }
}
