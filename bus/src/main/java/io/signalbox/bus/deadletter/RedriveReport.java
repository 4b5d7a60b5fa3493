package io.signalbox.bus.deadletter;

import java.util.Map;

/**
 * How the redrive of many ended.
 *
 * @param outcomes how many ended how; those without are left out
 * @param untried left alone, because a canary failed
 */
public record RedriveReport(Map<Redrive, Integer> outcomes, int untried) {
    public int count(Redrive outcome) {
        return outcomes.getOrDefault(outcome, 0);
    }
}
