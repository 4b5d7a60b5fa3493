package io.signalbox.transport;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Where in the past a client wants to begin, and how fast, as it says in every protocol: MQTT's user properties
 * {@code sb-from} and {@code sb-speed} of a SUBSCRIBE, AMQP's filters of these names.
 */
public final class HistoryOption {
    public static final String FROM = "sb-from";
    public static final String SPEED = "sb-speed";

    private static final int NUMBER_CHARS_MAX = 15;
    private static final double SPEED_MIN = 0.01;

    private HistoryOption() {}

    /**
     * @param text {@code all}, {@code last=N}, {@code seq=N}, {@code topic-last}, an age such as {@code 90s},
     *     {@code 15m}, {@code 24h}, {@code 7d}, or an instant such as {@code 2026-01-01T00:00:00Z}
     * @throws SignalboxException MALFORMED
     */
    public static StartPosition start(String text, long nowMillis) {
        if (text.equals("all")) {
            return StartPosition.ALL;
        }
        if (text.equals("topic-last")) {
            return StartPosition.LAST_PER_TOPIC;
        }
        if (text.startsWith("last=")) {
            long count = number(text, text.substring(5));
            if (count < 1 || count > StartPosition.Last.COUNT_MAX) {
                throw bad(text);
            }
            return new StartPosition.Last((int) count);
        }
        if (text.startsWith("seq=")) {
            return new StartPosition.Sequence(number(text, text.substring(4)));
        }
        long unitMillis = text.isEmpty() ? 0 : unitMillis(text.charAt(text.length() - 1));
        if (unitMillis > 0) {
            long count = number(text, text.substring(0, text.length() - 1));
            if (count > nowMillis / unitMillis) {
                throw bad(text);
            }
            return new StartPosition.Time(nowMillis - count * unitMillis);
        }
        try {
            return new StartPosition.Time(Instant.parse(text).toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw bad(text);
        }
    }

    /** @throws SignalboxException MALFORMED */
    public static double speed(String text) {
        try {
            double speed = Double.parseDouble(text);
            if (text.length() <= NUMBER_CHARS_MAX && (speed == 0 || speed >= SPEED_MIN) && speed <= 1_000_000) {
                return speed;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new SignalboxException(
                ReasonCode.MALFORMED,
                SPEED + " is '" + shorten(text)
                        + "'; it must be 0 (at once), 1 (as it happened), or another factor from 0.01 to" + " 1000000");
    }

    private static long unitMillis(char unit) {
        return switch (unit) {
            case 's' -> 1_000;
            case 'm' -> 60_000;
            case 'h' -> 3_600_000;
            case 'd' -> 86_400_000;
            default -> 0;
        };
    }

    private static long number(String whole, String digits) {
        if (digits.isEmpty() || digits.length() > NUMBER_CHARS_MAX) {
            throw bad(whole);
        }
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                throw bad(whole);
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static SignalboxException bad(String text) {
        return new SignalboxException(
                ReasonCode.MALFORMED,
                FROM + " is '" + shorten(text)
                        + "'; it must be all, topic-last, last=N (N to 1000000), seq=N, an age such as 15m or 24h, or an instant such as"
                        + " 2026-01-01T00:00:00Z");
    }

    private static String shorten(String text) {
        return text.length() <= 40 ? text : text.substring(0, 37) + "...";
    }
}
