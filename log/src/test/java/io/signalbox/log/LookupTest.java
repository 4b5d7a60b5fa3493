package io.signalbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.log.store.SimulatedFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Look-ups by key, time and sequence against a list that is searched from its start. */
class LookupTest {
    private record Entry(long position, long key, long sequence, long time) {}

    private final LogConfig config = LogConfig.defaults(Path.of("memory"))
            .withSegmentBytes(16 * 1024)
            .withIndexCacheBytes(20_000)
            .withProbeInterval(Duration.ofMillis(10));

    @Test
    void lookUpsAgreeWithANaiveSearch() throws Exception {
        long seed = Long.getLong("signalbox.seed", System.nanoTime());
        System.out.println("LookupTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedFileStore store = new SimulatedFileStore();
        List<Entry> entries = new ArrayList<>();
        long sequence = 0;
        long time = 1_000_000;
        for (int round = 0; round < 4; round++) {
            try (Log log = Log.open(config, store)) {
                for (int batch = 0; batch < 150; batch++) {
                    int count = 1 + random.nextInt(30);
                    for (int i = 0; i < count; i++) {
                        sequence += random.nextInt(3);
                        time += random.nextInt(200) - 60; // A wall clock, set back now and then.
                        long key = random.nextInt(4) == 0 ? 0 : random.nextLong(1, 40) * Long.MAX_VALUE / 40;
                        byte[] payload = new byte[random.nextInt(120)];
                        long position = log.appender().append(2, key, sequence, time, payload, 0, payload.length);
                        entries.add(new Entry(position, key, sequence, time));
                    }
                    log.appender().commit();
                    if (batch % 20 == 0) {
                        check(log, entries, random);
                    }
                }
                check(log, entries, random);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("seed " + seed, e);
            }
            if (round == 1) {
                // A lost index is made again from its segment.
                for (String name : store.list()) {
                    if (name.endsWith(FileNames.INDEX) && random.nextBoolean()) {
                        store.overwrite(name, Arrays.copyOf(store.contents(name), 100));
                    }
                }
            }
        }
    }

    private static void check(Log log, List<Entry> entries, SplittableRandom random) throws IOException {
        long end = log.endPosition();
        for (int i = 0; i < 40; i++) {
            Entry any = entries.get(random.nextInt(entries.size()));
            long sequence = any.sequence + random.nextInt(3) - 1;
            assertThat(log.positionAtSequence(sequence))
                    .isEqualTo(entries.stream()
                            .filter(e -> e.sequence >= sequence)
                            .mapToLong(Entry::position)
                            .findFirst()
                            .orElse(end));
            long time = any.time + random.nextInt(300) - 100;
            assertThat(log.positionAtTime(time))
                    .isEqualTo(entries.stream()
                            .filter(e -> e.time >= time)
                            .mapToLong(Entry::position)
                            .findFirst()
                            .orElse(end));
            long[] ofKey = any.key == 0
                    ? new long[0]
                    : entries.stream()
                            .filter(e -> e.key == any.key)
                            .mapToLong(Entry::position)
                            .toArray();
            int limit = random.nextInt(60);
            long before = random.nextInt(4) == 0
                    ? Long.MAX_VALUE
                    : entries.get(random.nextInt(entries.size())).position + random.nextInt(2);
            long[] older = Arrays.stream(ofKey).filter(p -> p < before).toArray();
            long[] newest = new long[Math.min(limit, older.length)];
            for (int j = 0; j < newest.length; j++) {
                newest[j] = older[older.length - 1 - j];
            }
            assertThat(log.newest(any.key, before, limit)).isEqualTo(newest);
            long from = any.position - random.nextInt(2);
            long to = entries.get(random.nextInt(entries.size())).position;
            List<Long> visited = new ArrayList<>();
            log.forEachPosition(any.key, from, to, visited::add);
            assertThat(visited)
                    .containsExactlyElementsOf(Arrays.stream(ofKey)
                            .filter(p -> p >= from && p < to)
                            .boxed()
                            .toList());
            List<Long> scanned = new ArrayList<>();
            long next = log.scan(from, to, record -> {
                scanned.add(record.position());
                return true;
            });
            assertThat(scanned)
                    .containsExactlyElementsOf(entries.stream()
                            .map(Entry::position)
                            .filter(p -> p >= from && p < to)
                            .toList());
            assertThat(next).isEqualTo(Math.max(from, Math.min(to, end)));
        }
        assertThat(log.positionAtSequence(Long.MIN_VALUE)).isEqualTo(entries.getFirst().position);
        assertThat(log.positionAtSequence(Long.MAX_VALUE)).isEqualTo(end);
        assertThat(log.positionAtTime(Long.MAX_VALUE)).isEqualTo(end);
        assertThat(log.newest(0, Long.MAX_VALUE, 10)).isEmpty();
        assertThat(log.newest(987_654_321, Long.MAX_VALUE, 10)).isEmpty();
    }
}
