package io.signalbox.codecs.encrypt;

import io.signalbox.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries used last, while they are young. Its user guards it. */
final class AgingCache<K, V> {
    private final long ageMaxMillis;
    private final TimeSource time;
    private final Map<K, Aged<V>> entries;

    private record Aged<V>(V value, long sinceMillis) {}

    AgingCache(int entriesMax, Duration ageMax, TimeSource time) {
        ageMaxMillis = ageMax.toMillis();
        this.time = time;
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Aged<V>> eldest) {
                return size() > entriesMax;
            }
        };
    }

    @Nullable
    V get(K key) {
        Aged<V> entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        if (time.millis() - entry.sinceMillis >= ageMaxMillis) {
            entries.remove(key);
            return null;
        }
        return entry.value;
    }

    void put(K key, V value) {
        entries.put(key, new Aged<>(value, time.millis()));
    }
}
