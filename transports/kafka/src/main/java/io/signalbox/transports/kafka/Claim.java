package io.signalbox.transports.kafka;

/** A message that a mailbox has and that is not settled. */
interface Claim {
    Place place();

    /** It is settled for good. Any thread; called once. */
    void done();
}
