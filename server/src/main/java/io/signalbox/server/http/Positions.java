package io.signalbox.server.http;

import io.signalbox.setting.Durations;
import io.signalbox.transport.StartPosition;
import java.time.DateTimeException;
import java.time.Instant;

/** Places in the past as people write them. */
final class Positions {
    private static final double SPEED_MIN = 0.01;
    private static final double SPEED_MAX = 1_000_000;

    private Positions() {}

    static StartPosition parse(String text, long nowMillis) {
        if (text.equals("all")) {
            return StartPosition.ALL;
        }
        if (text.equals("topic-last")) {
            return StartPosition.LAST_PER_TOPIC;
        }
        if (text.startsWith("seq=")) {
            return new StartPosition.Sequence(Request.number("from", text.substring(4), 0, Long.MAX_VALUE));
        }
        if (text.startsWith("last=")) {
            return new StartPosition.Last(
                    (int) Request.number("from", text.substring(5), 1, StartPosition.Last.COUNT_MAX));
        }
        String time = text.startsWith("time=") ? text.substring(5) : text;
        try {
            return new StartPosition.Time(Instant.parse(time).toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            // then it is a span, or wrong
        }
        try {
            return new StartPosition.Time(nowMillis - Durations.parse(time).toMillis());
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badParameter(
                    "'from' is '" + text.substring(0, Math.min(80, text.length()))
                            + "'; it must be all, topic-last, seq=N, last=N, a span like 24h, or a time like 2026-01-31T12:00:00Z");
        }
    }

    static double speed(String text) {
        try {
            double speed = Double.parseDouble(text);
            if ((speed == 0 || speed >= SPEED_MIN) && speed <= SPEED_MAX) {
                return speed;
            }
        } catch (NumberFormatException e) {
            // the same answer as for a number out of range
        }
        throw HttpProblem.badParameter("'speed' must be 0 (at once), or a number from 0.01 to 1000000");
    }
}
