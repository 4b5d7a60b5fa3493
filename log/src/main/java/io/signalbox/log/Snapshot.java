package io.signalbox.log;

import java.io.DataInput;

/**
 * A stored state.
 *
 * @param position where folding goes on
 * @param bytes length of the content
 */
public record Snapshot(long position, DataInput content, long bytes) {}
