package io.signalbox.systemtests.fuzz;

import io.signalbox.systemtests.wire.Packets;
import io.signalbox.systemtests.wire.Version;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Packets that are almost right. Owned by one thread. */
final class Mutations {
    private static final int[] EDGES = {0, 1, 0x7f, 0x80, 0xff, 0x23, 0x2b, 0x24, 0xc0, 0xed};

    private final SplittableRandom random;

    Mutations(SplittableRandom random) {
        this.random = random;
    }

    private static List<byte[]> sound(Version version) {
        return List.of(
                Packets.publish(version, "fuzz/a", 0, false, 0, Packets.text("hello")),
                Packets.publish(version, "fuzz/b", 1, false, 7, Packets.text("hello")),
                Packets.publish(version, "fuzz/c", 2, false, 8, Packets.text("hello")),
                Packets.publish(version, "fuzz/d", 1, false, true, 9, new byte[0]),
                Packets.subscribe(version, 1, "fuzz/+/#", 2),
                Packets.subscribe(version, 2, "$share/g/fuzz/#", 1),
                Packets.puback(1),
                Packets.pubrec(1),
                Packets.pubrel(8),
                Packets.pubcomp(1),
                Packets.pingreq(),
                Packets.connect(version, "again", 10, false),
                Packets.disconnect());
    }

    /** Whole or damaged, by up to three blows. */
    byte[] next(Version version) {
        List<byte[]> sound = sound(version);
        byte[] packet = sound.get(random.nextInt(sound.size()));
        for (int blows = random.nextInt(4); blows > 0; blows--) {
            packet = blow(packet);
        }
        return packet;
    }

    private byte[] blow(byte[] packet) {
        byte[] hit = packet.clone();
        int at = random.nextInt(hit.length);
        switch (random.nextInt(6)) {
            case 0 -> hit[at] = (byte) random.nextInt(256);
            case 1 -> hit[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> hit[at] = (byte) EDGES[random.nextInt(EDGES.length)];
            case 3 -> hit = Arrays.copyOf(hit, Math.max(1, at));
            case 4 -> {
                hit = new byte[packet.length + 1];
                System.arraycopy(packet, 0, hit, 0, at);
                hit[at] = (byte) random.nextInt(256);
                System.arraycopy(packet, at, hit, at + 1, packet.length - at);
            }
            default -> {
                int more = random.nextInt(packet.length - at);
                hit = Arrays.copyOf(packet, packet.length + more);
                System.arraycopy(packet, at, hit, packet.length, more);
            }
        }
        // The length is mended more often than not, so that the fault is found further inside.
        if (random.nextInt(4) > 0 && hit.length >= 2 && hit.length < 130) {
            hit[1] = (byte) (hit.length - 2);
        }
        return hit;
    }
}
