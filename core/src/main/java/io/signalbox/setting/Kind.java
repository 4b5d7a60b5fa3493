package io.signalbox.setting;

import java.util.Objects;
import java.util.function.Function;

/**
 * What a key's text may be.
 *
 * @param form for people, such as "a size like 10MiB"
 * @param parser throws IllegalArgumentException whose message goes on after "KEY is 'TEXT'; "
 */
public record Kind<T>(String form, Function<String, T> parser) {
    /** @throws IllegalArgumentException if the text is of another kind */
    public void check(String text) {
        Objects.requireNonNull(parser.apply(text));
    }
}
