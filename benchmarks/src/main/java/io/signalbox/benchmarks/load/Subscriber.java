package io.signalbox.benchmarks.load;

/** One subscriber: what it asked for, and what it has received. */
record Subscriber(int index, String filter, StreamTracker tracker) {}
