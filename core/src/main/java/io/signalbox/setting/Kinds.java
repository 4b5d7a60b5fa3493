package io.signalbox.setting;

import io.signalbox.transport.Durability;
import io.signalbox.transport.OverflowPolicy;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of values that keys have. */
public final class Kinds {
    public static final Kind<String> TEXT = new Kind<>("text", text -> {
        if (text.isBlank()) {
            throw new IllegalArgumentException("it must not be empty");
        }
        return text;
    });
    public static final Kind<Optional<String>> TEXT_OR_NONE =
            new Kind<>("text", text -> text.isBlank() ? Optional.empty() : Optional.of(text));
    public static final Kind<List<String>> TEXTS = new Kind<>(
            "texts separated by commas",
            text -> Arrays.stream(text.split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .toList());
    public static final Kind<Boolean> FLAG = new Kind<>("true or false", Kinds::flag);
    public static final Kind<Optional<Boolean>> FLAG_OR_AUTO =
            new Kind<>("true, false or auto", text -> text.equals("auto") ? Optional.empty() : Optional.of(flag(text)));
    public static final Kind<Path> PATH = new Kind<>("a path", Kinds::path);
    public static final Kind<Optional<Path>> PATH_OR_NONE =
            new Kind<>("a path", text -> text.isEmpty() ? Optional.empty() : Optional.of(path(text)));
    public static final Kind<Integer> PORT = integer(0, 65_535);
    public static final Kind<Duration> DURATION =
            new Kind<>("a duration like 500ms, 30s, 5m, 24h or 7d", Durations::parse);
    public static final Kind<List<Duration>> DURATIONS =
            new Kind<>("durations separated by commas, like 1s, 2s, 4s", text -> {
                List<Duration> delays = TEXTS.parser().apply(text).stream()
                        .map(Durations::parse)
                        .toList();
                if (delays.isEmpty() || delays.size() > 100) {
                    throw new IllegalArgumentException("it must be 1 to 100 durations like 1s, 2s, 4s");
                }
                return delays;
            });
    public static final Kind<OverflowPolicy> OVERFLOW =
            constant(OverflowPolicy.class, List.of(OverflowPolicy.values()));
    /** What a single node can promise. */
    public static final Kind<Durability> DURABILITY =
            constant(Durability.class, List.of(Durability.ROUTED, Durability.BUFFERED, Durability.SYNCED));

    private Kinds() {}

    /** Lower case with hyphens, as all constants are written. */
    public static <E extends Enum<E>> Kind<E> constant(Class<E> type) {
        return constant(type, List.of(type.getEnumConstants()));
    }

    public static Kind<Duration> duration(String min, String max) {
        return duration(min, max, false);
    }

    public static Kind<Duration> zeroOrDuration(String min, String max) {
        return duration(min, max, true);
    }

    private static Kind<Duration> duration(String min, String max, boolean zero) {
        Duration least = Durations.parse(min);
        Duration most = Durations.parse(max);
        String range = (zero ? "0, or " : "") + "from " + min + " to " + max;
        return new Kind<>("a duration like 500ms, 30s, 5m, 24h or 7d, " + range, text -> {
            Duration value = Durations.parse(text);
            if (zero && value.isZero() || value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
                return value;
            }
            throw new IllegalArgumentException("it must be a duration " + range);
        });
    }

    public static Kind<Integer> integer(int min, int max) {
        return new Kind<>("a whole number from " + min + " to " + max, text -> {
            try {
                int value = Integer.parseInt(text.replace("_", ""));
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // the same answer as for a number out of range
            }
            throw new IllegalArgumentException("it must be a whole number from " + min + " to " + max);
        });
    }

    public static Kind<Long> bytes(long min, long max) {
        return new Kind<>(
                "a size like 64KiB, 10MiB or 1GiB, from " + Sizes.format(min) + " to " + Sizes.format(max), text -> {
                    long value = Sizes.parse(text);
                    if (value < min || value > max) {
                        throw new IllegalArgumentException(
                                "it must be from " + Sizes.format(min) + " to " + Sizes.format(max));
                    }
                    return value;
                });
    }

    public static <E extends Enum<E>> Kind<E> constant(Class<E> type, List<E> constants) {
        String names = constants.stream().map(Kinds::name).collect(Collectors.joining(", "));
        return new Kind<>(
                "one of " + names,
                text -> constants.stream()
                        .filter(c -> name(c).equals(text))
                        .findFirst()
                        .map(type::cast)
                        .orElseThrow(() -> new IllegalArgumentException("it must be one of " + names)));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("it must be true or false");
        };
    }

    private static Path path(String text) {
        try {
            if (text.equals("~") || text.startsWith("~/")) {
                throw new IllegalArgumentException(
                        "~ is the shell's and stands for nothing here; write the home folder out");
            }
            if (!text.isBlank()) {
                return Path.of(text);
            }
        } catch (InvalidPathException e) {
            // the same answer as for no path at all
        }
        throw new IllegalArgumentException("it must be a path");
    }
}
