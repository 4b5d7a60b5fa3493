package io.signalbox.client.request;

import io.signalbox.topic.Topic;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Nobody answered in time; the question may have been handled all the same. */
public final class NoReplyException extends TimeoutException {
    private static final long serialVersionUID = 1L;

    NoReplyException(Topic topic, Duration timeout, boolean sent) {
        super(
                sent
                        ? "nobody answered at '" + topic + "' within " + timeout.toMillis()
                                + " ms; it may have been handled all the same"
                        : "there was no connection within " + timeout.toMillis() + " ms to ask at '" + topic + "'");
    }
}
