package io.signalbox.broker.journal;

/**
 * Work on what the journal's thread owns.
 *
 * @param alone changes routes or sessions: everything asked for before it is handed out first
 */
record Control(Runnable action, boolean alone) implements Command {}
