package io.signalbox.log;

import io.signalbox.log.store.StoredFile;

/** A prepared file of a segment's size, on disk and waiting for its base. */
record Spare(String name, StoredFile file, int capacity, boolean recycled) {}
