package io.signalbox.codecs.schema;

import io.signalbox.codec.VersionRange;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One step from a version to a later one, on the properties of the message as the format has them: strings, numbers,
 * lists, maps.
 *
 * @param step may change and return the map that it is given
 */
public record Upcast(String from, String to, UnaryOperator<Map<String, @Nullable Object>> step) {
    /** @throws IllegalArgumentException unless both are versions and it leads to a later one */
    public Upcast {
        if (VersionRange.compare(from, to) >= 0) {
            throw new IllegalArgumentException(
                    "an upcast from " + from + " to " + to + " does not lead to a later version");
        }
    }
}
