package io.signalbox.broker.journal;

/** What other threads ask of the journal's thread. */
sealed interface Command permits Publish, Note, Control {}
