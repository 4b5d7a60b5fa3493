package io.signalbox.codecs.json;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of every shape that records have. */
public record Order(
        String item,
        int count,
        long number,
        double weight,
        boolean express,
        @Nullable String note,
        List<Line> lines,
        Map<String, Integer> stock) {
    public record Line(String text, float share) {}

    public static Order sample() {
        return new Order(
                "book 漢字 😀",
                -2,
                Long.MAX_VALUE,
                0.1,
                true,
                null,
                List.of(new Line("a\u0000b", 0.5f), new Line("", -1)),
                Map.of("left", 3));
    }
}
