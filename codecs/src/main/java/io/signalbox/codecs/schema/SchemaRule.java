package io.signalbox.codecs.schema;

import io.signalbox.codec.VersionRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one class is written and read. Unless it says more, it is read from exactly its own version: two sides that
 * disagree should hear of it.
 *
 * @param version what is written
 * @param accepts what is read as it is
 * @param upcasts what is read once it was brought to a version that is accepted
 */
public record SchemaRule(
        Class<?> type,
        String name,
        String version,
        VersionRange accepts,
        List<Upcast> upcasts,
        @Nullable PayloadCheck check) {

    /** @throws IllegalArgumentException if the version is none, or two upcasts begin at one */
    public SchemaRule {
        upcasts = List.copyOf(upcasts);
        if (upcasts.stream().map(Upcast::from).distinct().count() < upcasts.size()) {
            throw new IllegalArgumentException("two upcasts of " + name + " begin at one version");
        }
    }

    /** EXACT: this version and no other. */
    public static SchemaRule exact(Class<?> type, String name, String version) {
        return new SchemaRule(type, name, version, VersionRange.parse(version), List.of(), null);
    }

    /** @param range {@code [1.2,2)}, as {@link VersionRange} writes it */
    public SchemaRule accepting(String range) {
        return new SchemaRule(type, name, version, VersionRange.parse(range), upcasts, check);
    }

    /** Steps chain: 1 to 2 and 2 to 3 read a 1 where a 3 is wanted. */
    public SchemaRule upcasting(String from, String to, UnaryOperator<Map<String, @Nullable Object>> step) {
        List<Upcast> more = Stream.concat(upcasts.stream(), Stream.of(new Upcast(from, to, step)))
                .toList();
        return new SchemaRule(type, name, version, accepts, more, check);
    }

    /** Both what is written and what is read, in the version that is accepted. */
    public SchemaRule checkedBy(PayloadCheck payloadCheck) {
        return new SchemaRule(type, name, version, accepts, upcasts, payloadCheck);
    }

    /** Steps to an accepted version, none if it is one already; null if there is no way. */
    @Nullable
    List<Upcast> path(String from) {
        List<Upcast> path = new ArrayList<>();
        String at = from;
        while (!accepts.contains(at)) {
            String reached = at;
            Upcast next = upcasts.stream()
                    .filter(upcast -> upcast.from().equals(reached))
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                return null;
            }
            path.add(next);
            // Ends, since every step leads to a later version.
            at = next.to();
        }
        return path;
    }

    /** For texts: the range that is accepted, and where upcasts begin. */
    String acceptsText() {
        String range = accepts.toString();
        return upcasts.isEmpty()
                ? range
                : range + ", upcast from "
                        + String.join(", ", upcasts.stream().map(Upcast::from).toList());
    }
}
