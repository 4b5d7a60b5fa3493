package io.signalbox.log;

import java.util.concurrent.atomic.AtomicLong;

/** What a log did since it was opened. */
final class Counters {
    final AtomicLong commits = new AtomicLong();
    final AtomicLong commitFailures = new AtomicLong();
    final AtomicLong syncs = new AtomicLong();
    final AtomicLong syncFailures = new AtomicLong();
    final AtomicLong segmentsRemoved = new AtomicLong();
    final AtomicLong segmentsRecycled = new AtomicLong();
    final AtomicLong gapsSeen = new AtomicLong();
}
