package io.signalbox.transports.kafka;

/** One of a session's own stream. */
record OwnClaim(Cursor cursor, Ledger ledger, Ledger.Entry entry, Place place, Appetite appetite, int bytes)
        implements Claim {
    @Override
    public void done() {
        ledger.done(entry);
        cursor.changed();
        appetite.gave(bytes);
    }
}
