package io.signalbox.setting;

import java.util.List;
import java.util.Optional;

/** Finds the name that somebody probably meant. */
public final class NearestKey {
    private NearestKey() {}

    public static Optional<String> of(String wrong, List<String> known) {
        String asked = wrong.substring(0, Math.min(wrong.length(), 100)).replace('_', '-');
        String best = null;
        int bestDistance = Math.max(2, asked.length() / 3) + 1;
        for (String name : known) {
            int distance = distance(asked, name);
            // The right last word in the wrong room is a frequent slip too.
            if (distance > 1 && lastWord(name).equals(lastWord(asked)) && bestDistance > 2) {
                distance = Math.min(distance, 2);
            }
            if (distance < bestDistance) {
                best = name;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    private static String lastWord(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
