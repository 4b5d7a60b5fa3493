package io.signalbox.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Names and values in the order they came, names may repeat (MQTT 5, 3.3.2.3.7, demands both). Names that begin with
 * {@code sb-} are reserved.
 */
public final class Headers {
    public static final Headers NONE = new Headers(new String[0]);

    private final String[] namesAndValues;

    private Headers(String[] namesAndValues) {
        this.namesAndValues = namesAndValues;
    }

    /** @throws io.signalbox.error.SignalboxException MALFORMED for a text that not every protocol can carry */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "headers come in pairs of name and value; got " + namesAndValues.length + " strings");
        }
        if (namesAndValues.length == 0) {
            return NONE;
        }
        String[] own = namesAndValues.clone();
        for (String text : own) {
            Texts.check("a header", text);
        }
        return new Headers(own);
    }

    /** About how many bytes of memory they hold. */
    int sizeBytes() {
        int bytes = 0;
        for (String text : namesAndValues) {
            bytes += sizeBytes(text);
        }
        return bytes;
    }

    /** A string is two objects and a reference to them. */
    static int sizeBytes(String text) {
        return 48 + text.length();
    }

    public int size() {
        return namesAndValues.length / 2;
    }

    public boolean isEmpty() {
        return namesAndValues.length == 0;
    }

    public String name(int index) {
        return namesAndValues[2 * index];
    }

    public String value(int index) {
        return namesAndValues[2 * index + 1];
    }

    /** The first value of that name. */
    public @Nullable String get(String name) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equals(name)) {
                return namesAndValues[i + 1];
            }
        }
        return null;
    }

    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            action.accept(namesAndValues[i], namesAndValues[i + 1]);
        }
    }

    public Headers with(String name, String value) {
        Texts.check("a header", name);
        Texts.check("a header", value);
        String[] more = Arrays.copyOf(namesAndValues, namesAndValues.length + 2);
        more[namesAndValues.length] = name;
        more[namesAndValues.length + 1] = value;
        return new Headers(more);
    }

    public Headers without(String name) {
        List<String> kept = new ArrayList<>();
        forEach((n, v) -> {
            if (!n.equals(name)) {
                kept.add(n);
                kept.add(v);
            }
        });
        return of(kept.toArray(String[]::new));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Headers that && Arrays.equals(namesAndValues, that.namesAndValues);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(namesAndValues);
    }

    @Override
    public String toString() {
        return Arrays.toString(namesAndValues);
    }
}
