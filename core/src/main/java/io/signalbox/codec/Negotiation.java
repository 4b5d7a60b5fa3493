package io.signalbox.codec;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Chooses among content types as an Accept field asks (RFC 9110, 12.5.1). */
final class Negotiation {
    private static final int RANGES_MAX = 64;

    private Negotiation() {}

    static Optional<String> best(String accept, Collection<String> offered, String preferred) {
        String[] ranges = accept.split(",", RANGES_MAX + 1);
        String best = null;
        double bestWeight = 0;
        Set<String> inOrder = new TreeSet<>(offered);
        for (int i = 0; i < Math.min(ranges.length, RANGES_MAX); i++) {
            String range = MediaTypes.base(ranges[i]);
            double weight = weight(ranges[i]);
            String match = match(range, inOrder, preferred);
            boolean better = weight > bestWeight || (weight == bestWeight && preferred.equals(match));
            if (match != null && weight > 0 && better) {
                best = match;
                bestWeight = weight;
            }
        }
        return Optional.ofNullable(best);
    }

    private static @Nullable String match(String range, Set<String> offered, String preferred) {
        if (offered.contains(range)) {
            return range;
        }
        if (!range.endsWith("/*")) {
            return null;
        }
        String group = range.equals("*/*") ? "" : range.substring(0, range.length() - 1);
        if (preferred.startsWith(group)) {
            return preferred;
        }
        return offered.stream()
                .filter(type -> type.startsWith(group))
                .findFirst()
                .orElse(null);
    }

    /** 1 unless it says otherwise; 0 for a weight that is none. */
    private static double weight(String range) {
        for (String parameter : range.split(";", -1)) {
            String stripped = parameter.strip();
            if (stripped.startsWith("q=") || stripped.startsWith("Q=")) {
                try {
                    double weight = Double.parseDouble(stripped.substring(2));
                    return weight >= 0 && weight <= 1 ? weight : 0;
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
