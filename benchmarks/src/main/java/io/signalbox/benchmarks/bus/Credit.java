package io.signalbox.benchmarks.bus;

/**
 * What one publisher may still send: when its share is on the way, it waits until half of that is handled. Owned by the
 * publisher's thread.
 */
final class Credit {
    private final Backlog backlog;
    private final int publisher;
    private final int onTheWayMax;
    private long published;
    private long mayPublish;

    Credit(Backlog backlog, int publisher, int onTheWayMax) {
        this.backlog = backlog;
        this.publisher = publisher;
        this.onTheWayMax = onTheWayMax;
    }

    /** Takes one, at once or after waiting for it. */
    void take() {
        if (published >= mayPublish) {
            await();
        }
        published++;
    }

    private void await() {
        long handled = backlog.handled(publisher);
        while (published - handled > onTheWayMax / 2) {
            Waiting.aLittle();
            handled = backlog.handled(publisher);
        }
        mayPublish = handled + onTheWayMax;
    }

    long published() {
        return published;
    }

    /** @throws IllegalStateException if something was lost */
    void awaitAll(String who) {
        Waiting.until(() -> backlog.handled(publisher) == published, who + " lost events");
    }
}
