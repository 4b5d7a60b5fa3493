package io.signalbox.log;

import io.signalbox.log.store.FileStore;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The indexes of sealed segments that were asked for lately, up to a number of bytes. Loads outside of its lock. */
final class IndexCache {
    private final FileStore store;
    private final long bytesMax;
    private final LinkedHashMap<Long, SealedIndex> loaded = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    IndexCache(FileStore store, long bytesMax) {
        this.store = store;
        this.bytesMax = bytesMax;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** The segment's index from memory, from its file or, when that is damaged, from the segment itself. */
    SegmentIndex of(Segment segment) throws IOException {
        ActiveIndex active = segment.activeIndex;
        if (active != null) {
            return active;
        }
        synchronized (this) {
            SealedIndex known = loaded.get(segment.base);
            if (known != null) {
                return known;
            }
        }
        SealedIndex index = IndexFile.readIndex(store, segment.base, segment.epoch);
        if (index == null) {
            index = SegmentScan.run(segment.file, segment.base, segment.epoch, (int) (segment.end - segment.base))
                    .index()
                    .seal();
        }
        put(segment.base, index);
        return index;
    }

    private synchronized void put(long base, SealedIndex index) {
        SealedIndex before = loaded.put(base, index);
        bytes += index.bytes() - (before == null ? 0 : before.bytes());
        Iterator<Map.Entry<Long, SealedIndex>> oldest = loaded.entrySet().iterator();
        while (bytes > bytesMax && loaded.size() > 1) {
            bytes -= oldest.next().getValue().bytes();
            oldest.remove();
        }
    }

    synchronized void remove(long base) {
        SealedIndex removed = loaded.remove(base);
        if (removed != null) {
            bytes -= removed.bytes();
        }
    }
}
