package io.signalbox.transports.remote.wire;

import io.signalbox.transport.StartPosition;
import java.time.Instant;

/** Places in the past as the server reads them, in MQTT and in HTTP (docs/mqtt.md). */
public final class Positions {
    private Positions() {}

    /** @param start not {@link StartPosition.New}, for which there is no text */
    public static String text(StartPosition start) {
        return switch (start) {
            case StartPosition.All all -> "all";
            case StartPosition.Last(int count) -> "last=" + count;
            case StartPosition.LastPerTopic last -> "topic-last";
            case StartPosition.Sequence(long sequence) -> "seq=" + sequence;
            case StartPosition.Time(long epochMillis) ->
                Instant.ofEpochMilli(epochMillis).toString();
            case StartPosition.New now -> throw new IllegalArgumentException("now is no place in the past");
        };
    }
}
