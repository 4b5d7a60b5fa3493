package io.signalbox.server.http;

/** Where the reading of requests from a connection stands. */
enum ReadingState {
    /** Until the head of a request is here. */
    IDLE,
    /** Until it is known who asks; what comes meanwhile waits. */
    GREETING,
    /** Until the request is complete. */
    READING,
    /** Until it is answered; what comes meanwhile waits. */
    WORKING,
    /** It was answered before it was complete; what is left of its body is dropped. */
    DROPPING,
    /** Nothing more is taken. */
    REFUSED;

    /** For the server; nothing is read meanwhile. */
    boolean waits() {
        return this == GREETING || this == WORKING;
    }

    /** For the client. */
    boolean expects() {
        return this == IDLE || this == READING;
    }
}
