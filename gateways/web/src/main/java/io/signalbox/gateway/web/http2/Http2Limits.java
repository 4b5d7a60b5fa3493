package io.signalbox.gateway.web.http2;

import java.time.Duration;

/**
 * Bounds of one HTTP/2 connection.
 *
 * @param streamsMax requests under way at once; more are refused, and may be sent again
 * @param headerBytesMax of one request, as RFC 9113 §6.5.2 counts them: 32 more for each header
 * @param firstRequestTimeout a connection without a request is closed after it, when it is new
 * @param idleTimeout the same of one that had requests
 */
public record Http2Limits(int streamsMax, int headerBytesMax, Duration firstRequestTimeout, Duration idleTimeout) {
    /** Requests that a client may take back within {@link #RESETS_SECONDS} (CVE-2023-44487). */
    static final int RESETS_MAX = 200;

    /** The same of those that the server resets since the client broke the rules on them (CVE-2025-8671). */
    static final int ERRORS_MAX = 200;

    static final int RESETS_SECONDS = 30;

    /** Frames that continue headers and are nearly empty, of one request (CVE-2024-27316). */
    static final int SMALL_CONTINUATIONS_MAX = 16;

    /** Frames of a body without a byte, one after the other (CVE-2019-9518). */
    static final int EMPTY_DATA_MAX = 2;

    /** Answers to SETTINGS, PING and RST_STREAM that a client does not read (CVE-2019-9512, 9514, 9515). */
    static final int UNREAD_ANSWERS_MAX = 1_000;

    /** SETTINGS and PING of one connection within {@link #CONTROL_SECONDS}, read or not. */
    static final int CONTROL_FRAMES_MAX = 1_000;

    static final int CONTROL_SECONDS = 10;
}
