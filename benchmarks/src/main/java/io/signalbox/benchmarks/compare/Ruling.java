package io.signalbox.benchmarks.compare;

import java.util.List;

/**
 * What became of a target.
 *
 * @param own Signalbox's figure, {@code –} if it has none
 * @param beside the figure it is held against, and whose it is
 * @param ratio Signalbox's median to that one's; of a series, its largest to its smallest
 * @param remarks what a reader of the verdict should know
 */
record Ruling(String own, String beside, String ratio, Verdict verdict, List<String> remarks) {
    static final String NOTHING = "–";

    enum Verdict {
        MET("**met**"),
        NOT_MET("**not met**"),
        OPEN("open");

        final String words;

        Verdict(String words) {
            this.words = words;
        }

        static Verdict of(boolean met) {
            return met ? MET : NOT_MET;
        }
    }

    static Ruling open(String own, String why) {
        return new Ruling(own, NOTHING, NOTHING, Verdict.OPEN, List.of(why));
    }

    String words() {
        return remarks.isEmpty() ? verdict.words : verdict.words + ": " + String.join("; ", remarks);
    }
}
