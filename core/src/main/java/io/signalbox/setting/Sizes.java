package io.signalbox.setting;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Byte counts with binary units: {@code 512}, {@code 64KiB}, {@code 10MiB}, {@code 1GiB}. */
public final class Sizes {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}) ?(B|KiB|MiB|GiB|TiB)?");

    private Sizes() {}

    /** @throws IllegalArgumentException saying what the form is */
    public static long parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("it must be a size like 512, 64KiB, 10MiB or 1GiB");
        }
        try {
            return Math.multiplyExact(Long.parseLong(m.group(1)), unit(m.group(2) == null ? "B" : m.group(2)));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("it is larger than 8 EiB", e);
        }
    }

    private static long unit(String name) {
        return switch (name) {
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            case "TiB" -> 1L << 40;
            default -> 1;
        };
    }

    /** The shortest exact form. */
    public static String format(long bytes) {
        String[] units = {"", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long value = bytes;
        while (value != 0 && value % 1024 == 0 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return value + units[unit];
    }
}
