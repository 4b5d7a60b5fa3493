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

    /** So that what ends with them ends while a test waits. */
    static final Terms SHORT = new Terms(Duration.ofSeconds(1), Duration.ofSeconds(2));
}
