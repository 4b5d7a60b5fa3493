package io.signalbox.systemtests.crash;

import java.util.List;

/**
 * What a run found.
 *
 * @param lost acknowledged messages that a subscriber never got
 * @param sessionsLost persistent sessions that were gone after a restart
 * @param findings everything that must not be, in words; empty when all is well
 */
record CrashReport(
        CrashSettings settings,
        int kills,
        long acknowledged,
        long delivered,
        long duplicates,
        long lost,
        int sessionsLost,
        List<String> findings) {

    CrashReport {
        findings = List.copyOf(findings);
    }

    boolean isClean() {
        return findings.isEmpty();
    }

    String inWords() {
        return """
                seed %d: %d kills, %d messages acknowledged, %d deliveries, %d of them duplicates that QoS 1 allows or that are listed,
                %d acknowledged messages lost, %d sessions lost, %d findings%s""".formatted(
                settings.seed(),
                kills,
                acknowledged,
                delivered,
                duplicates,
                lost,
                sessionsLost,
                findings.size(),
                findings.isEmpty()
                        ? ""
                        : ":\n  "
                                + String.join(
                                        "\n  ", findings.stream().limit(40).toList()));
    }
}
