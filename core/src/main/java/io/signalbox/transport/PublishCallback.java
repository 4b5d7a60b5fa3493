package io.signalbox.transport;

/**
 * Hears how a publish ended; exactly one of the two methods is called, once, on any thread. Implementations enqueue
 * and return.
 */
public interface PublishCallback {
    /** For publishers that do not ask. */
    PublishCallback IGNORE = new PublishCallback() {
        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {}

        @Override
        public void refused(long context, Refusal refusal) {}
    };

    /** @param context the number given to publish */
    void published(long context, Receipt.Outcome outcome, Durability reached, long sequence);

    void refused(long context, Refusal refusal);
}
