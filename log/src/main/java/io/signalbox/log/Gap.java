package io.signalbox.log;

/** A range of positions in a sealed segment that holds no readable batch. */
record Gap(long fromPosition, long toPosition, String reason) {}
