package io.signalbox.client.spool;

import io.signalbox.client.spool.Publication.Spooled;
import io.signalbox.message.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A spool that ends with its process. Places are sequences. */
final class MemoryStore implements Store {
    private final SpoolId id = SpoolId.random();
    private final ArrayDeque<Stored> waiting = new ArrayDeque<>();
    private long next = 1;
    private Runnable listener = () -> {};

    @Override
    public Found found() {
        return new Found(0, 0);
    }

    @Override
    public byte[] encode(Message message) {
        return SpoolRecord.encode(message, id);
    }

    @Override
    public long append(Message message, byte[] encoded, Appended appended) {
        long sequence;
        synchronized (this) {
            sequence = next++;
            Message keyed = SpoolRecord.keyed(message, id, sequence);
            String key = String.valueOf(keyed.properties().idempotencyKey());
            appended.stored(new Spooled(sequence, key, false)); // Before it can be read, sent and answered.
            waiting.addLast(new Stored(sequence, keyed, sequence + 1, encoded.length));
        }
        listener.run();
        return sequence;
    }

    @Override
    public long start() {
        return 1;
    }

    @Override
    public synchronized boolean hasMore(long from) {
        return from < next;
    }

    @Override
    public synchronized Page read(long from, int max, long bytesMax) {
        List<Stored> found = new ArrayList<>();
        long bytes = 0;
        for (Stored stored : waiting) {
            if (stored.sequence() < from) {
                continue;
            }
            bytes += stored.bytes();
            if (found.size() == max || (!found.isEmpty() && bytes > bytesMax)) {
                break;
            }
            found.add(stored);
        }
        return new Page(found, found.isEmpty() ? from : found.getLast().next());
    }

    @Override
    public synchronized void done(long sequence, long unused) {
        while (!waiting.isEmpty() && waiting.getFirst().sequence() <= sequence) {
            waiting.removeFirst();
        }
    }

    @Override
    public void doneBehind(List<Long> sequences) {
        // There is no next process that could send them again.
    }

    @Override
    public long gaps() {
        return 0;
    }

    @Override
    public void onReadable(Runnable value) {
        listener = value;
    }

    @Override
    public void close() {
        // What is left ends here; its publishers are told by the spool.
    }
}
