package io.signalbox.log.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** A file's bytes as reads see them, as the medium has them, and the writes in between. Guarded by its store. */
final class SimulatedInode {
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Write(int offset, byte[] bytes) {}

    private byte[] content = {};
    private int size;
    private byte[] durable = {};
    private int durableSize;
    private final List<Write> unforced = new ArrayList<>();

    int size() {
        return size;
    }

    byte[] contents() {
        return Arrays.copyOf(content, size);
    }

    int read(ByteBuffer target, long offset) {
        if (offset >= size) {
            return 0;
        }
        int count = (int) Math.min(target.remaining(), size - offset);
        target.put(content, (int) offset, count);
        return count;
    }

    void write(ByteBuffer source, long offset) {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        int at = Math.toIntExact(offset);
        content = put(content, at, bytes, 0, bytes.length);
        size = Math.max(size, at + bytes.length);
        unforced.add(new Write(at, bytes));
    }

    private static byte[] put(byte[] target, int at, byte[] bytes, int from, int length) {
        byte[] grown = target;
        if (at + length > target.length) {
            grown = Arrays.copyOf(target, Math.max(at + length, target.length * 2));
        }
        System.arraycopy(bytes, from, grown, at, length);
        return grown;
    }

    void force() {
        for (Write write : unforced) {
            durable = put(durable, write.offset, write.bytes, 0, write.bytes.length);
            durableSize = Math.max(durableSize, write.offset + write.bytes.length);
        }
        unforced.clear();
    }

    /** What a failed force does: the pages count as clean, and never reach the medium. */
    void dropUnforced() {
        unforced.clear();
    }

    void replace(byte[] bytes) {
        content = bytes.clone();
        size = bytes.length;
        durable = bytes.clone();
        durableSize = bytes.length;
        unforced.clear();
    }

    SimulatedInode copy() {
        SimulatedInode copy = new SimulatedInode();
        copy.content = content.clone();
        copy.size = size;
        copy.durable = durable.clone();
        copy.durableSize = durableSize;
        copy.unforced.addAll(unforced);
        return copy;
    }

    SimulatedInode afterPowerCut(SplittableRandom random, int sector) {
        SimulatedInode survivor = new SimulatedInode();
        survivor.durable = durable.clone();
        survivor.durableSize = durableSize;
        int mode = random.nextInt(5);
        int prefix = unforced.isEmpty() ? 0 : random.nextInt(unforced.size() + 1);
        for (int i = 0; i < unforced.size(); i++) {
            Write write = unforced.get(i);
            switch (mode) {
                case 0 -> {}
                case 1 -> survivor.keep(write, 0, write.bytes.length);
                case 2 -> {
                    // A prefix of the writes; the last of them torn anywhere.
                    if (i < prefix - 1) {
                        survivor.keep(write, 0, write.bytes.length);
                    } else if (i == prefix - 1) {
                        survivor.keep(write, 0, random.nextInt(write.bytes.length + 1));
                    }
                }
                case 3 -> {
                    if (random.nextBoolean()) {
                        survivor.keep(write, 0, write.bytes.length);
                    }
                }
                default -> survivor.keepSectors(write, random, sector);
            }
        }
        survivor.content = survivor.durable.clone();
        survivor.size = survivor.durableSize;
        return survivor;
    }

    private void keepSectors(Write write, SplittableRandom random, int sector) {
        int from = 0;
        while (from < write.bytes.length) {
            int untilBoundary = sector - (write.offset + from) % sector;
            int to = Math.min(write.bytes.length, from + untilBoundary);
            if (random.nextBoolean()) {
                keep(write, from, to);
            }
            from = to;
        }
    }

    private void keep(Write write, int from, int to) {
        if (to > from) {
            durable = put(durable, write.offset + from, write.bytes, from, to - from);
            durableSize = Math.max(durableSize, write.offset + to);
        }
    }
}
