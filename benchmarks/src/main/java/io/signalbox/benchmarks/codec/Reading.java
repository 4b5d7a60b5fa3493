package io.signalbox.benchmarks.codec;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A message of about 4 KiB in JSON, of the kind that sensors send: numbers that differ, names that repeat. */
public record Reading(String device, long time, List<Channel> channels) {
    /** One measured value. */
    public record Channel(String name, double value, String unit, boolean valid) {}

    static Reading ofFourKibibytes() {
        Random random = new Random(4_096);
        List<Channel> channels = Stream.generate(() -> new Channel(
                        "channel-" + random.nextInt(100), random.nextDouble() * 1_000, "mm/s", random.nextBoolean()))
                .limit(53)
                .toList();
        return new Reading("site-7/pump-3", 1_795_680_000_000L, channels);
    }
}
