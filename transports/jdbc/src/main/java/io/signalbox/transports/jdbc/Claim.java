package io.signalbox.transports.jdbc;

/** How a hand-over is known to the database, and the same for every hand-over of one message to one queue. */
record Claim(String queue, long sequence) {}
