package io.signalbox.codec;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of versions in the notation of mathematics, as Maven and OSGi have it: {@code [1.2,2)} from 1.2 on and below
 * 2, {@code [1.2,]} from 1.2 on, {@code 1.2} exactly that. Missing numbers count as 0.
 */
public record VersionRange(
        @Nullable String low, boolean lowIncluded, @Nullable String high, boolean highIncluded) {
    private static final String VERSION = "(\\d{1,9}(?:\\.\\d{1,9}){0,7})";
    private static final Pattern RANGE = Pattern.compile("([\\[(])" + VERSION + "?\\s*,\\s*" + VERSION + "?([\\])])");
    private static final Pattern EXACT = Pattern.compile(VERSION);

    /** @throws IllegalArgumentException if the text is neither a version nor a range */
    public static VersionRange parse(String text) {
        if (EXACT.matcher(text).matches()) {
            return new VersionRange(text, true, text, true);
        }
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is no range of versions; write a version such as 1.2, or a range such as [1.2,2) or [1.2,]");
        }
        return new VersionRange(
                range.group(2),
                range.group(1).equals("["),
                range.group(3),
                range.group(4).equals("]"));
    }

    /** False for a text that is no version. */
    public boolean contains(String version) {
        if (!EXACT.matcher(version).matches()) {
            return false;
        }
        int[] numbers = numbers(version);
        if (low != null) {
            int order = Arrays.compare(numbers, numbers(low));
            if (order < 0 || (order == 0 && !lowIncluded)) {
                return false;
            }
        }
        if (high != null) {
            int order = Arrays.compare(numbers, numbers(high));
            return order < 0 || (order == 0 && highIncluded);
        }
        return true;
    }

    /**
     * As {@link java.util.Comparator#compare}; missing numbers count as 0.
     *
     * @throws IllegalArgumentException if one of them is no version
     */
    public static int compare(String one, String other) {
        for (String each : new String[] {one, other}) {
            if (!EXACT.matcher(each).matches()) {
                throw new IllegalArgumentException("'" + each + "' is no version; write numbers such as 1.2");
            }
        }
        return Arrays.compare(numbers(one), numbers(other));
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        if (low != null && low.equals(high) && lowIncluded && highIncluded) {
            return low;
        }
        return (lowIncluded ? "[" : "(") + (low == null ? "" : low) + "," + (high == null ? "" : high)
                + (highIncluded ? "]" : ")");
    }

    private static int[] numbers(String version) {
        String[] parts = version.split("\\.");
        int[] numbers = new int[8];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = Integer.parseInt(parts[i]);
        }
        return numbers;
    }
}
