package io.signalbox.systemtests.applications;

import java.time.Duration;

/**
 * What an application asks of the server.
 *
 * @param grace how long its session is kept when it is lost
 * @param heartbeat the longest silence before it shows that it is there
 */
record Terms(Duration grace, Duration heartbeat) {
    /** Of docs/applications.md. */
    static final Terms USUAL = new Terms(Duration.ofSeconds(30), Duration.ofSeconds(20));

    /** Its session ends while a test waits for that, and not for a silence: a busy machine may be as long silent. */
    static final Terms SHORT_GRACE = new Terms(Duration.ofSeconds(1), Duration.ofSeconds(20));

    /** So that its silence is noticed, and its session ends, while a test waits. */
    static final Terms SHORT = new Terms(Duration.ofSeconds(1), Duration.ofSeconds(2));
}
