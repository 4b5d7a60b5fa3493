package io.signalbox.client.spool;

import io.signalbox.message.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in memory that tells what it was asked for, and has none for others when it is told to. */
final class FaultyStore implements Store {
    record Asked(int max, long bytesMax, int found) {}

    final MemoryStore store = new MemoryStore();
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    final AtomicInteger readsToBreak = new AtomicInteger();

    @Override
    public Found found() {
        return store.found();
    }

    @Override
    public byte[] encode(Message message) {
        return store.encode(message);
    }

    @Override
    public long append(Message message, byte[] encoded, Appended appended) {
        return store.append(message, encoded, appended);
    }

    @Override
    public long start() {
        return store.start();
    }

    @Override
    public boolean hasMore(long from) {
        return store.hasMore(from);
    }

    @Override
    public Page read(long from, int max, long bytesMax) {
        if (readsToBreak.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            asked.add(new Asked(max, bytesMax, 0));
            throw new OutOfMemoryError("Java heap space");
        }
        Page page = store.read(from, max, bytesMax);
        asked.add(new Asked(max, bytesMax, page.messages().size()));
        return page;
    }

    @Override
    public void done(long sequence, long next) {
        store.done(sequence, next);
    }

    @Override
    public void doneBehind(List<Long> sequences) {
        store.doneBehind(sequences);
    }

    @Override
    public long gaps() {
        return store.gaps();
    }

    @Override
    public void onReadable(Runnable listener) {
        store.onReadable(listener);
    }

    @Override
    public void close() {
        store.close();
    }
}
