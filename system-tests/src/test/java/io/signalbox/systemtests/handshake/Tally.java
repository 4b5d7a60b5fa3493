package io.signalbox.systemtests.handshake;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The judge of one stream of numbers, 1 and up, that must arrive exactly once and in order. Owned by
 * one thread.
 */
final class Tally {
    private static final int FINDINGS_KEPT_MAX = 20;

    private final Set<Integer> arrived = new HashSet<>();
    private final List<String> findings = new ArrayList<>();
    private int highest;
    private int wrong;

    void arrived(int number) {
        if (!arrived.add(number)) {
            found(number + " arrived twice");
        } else if (number < highest) {
            found(number + " came after " + highest);
        }
        highest = Math.max(highest, number);
    }

    boolean hasArrived(int number) {
        return arrived.contains(number);
    }

    /** To be called when all up to the number must be there. */
    void mustBeWhole(int last, String when) {
        for (int number = 1; number <= last; number++) {
            if (arrived.add(number)) {
                found(number + " was lost: " + when);
            }
        }
    }

    void found(String what) {
        wrong++;
        if (findings.size() < FINDINGS_KEPT_MAX) {
            findings.add(what);
        }
    }

    int wrong() {
        return wrong;
    }

    /** The first twenty; empty when all is well. */
    List<String> findings() {
        return List.copyOf(findings);
    }
}
