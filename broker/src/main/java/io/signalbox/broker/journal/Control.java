package io.signalbox.broker.journal;

/** A change to sessions or subscriptions: runs alone, after everything that was asked for before it is done. */
record Control(Runnable action) implements Command {}
