package io.signalbox.log;

import java.util.List;

/**
 * What opening the log found.
 *
 * @param damages every range that was cut or set aside, by position
 * @param notes other things done, one sentence each
 * @param segmentsScanned segments read in full
 * @param segmentsTrusted sealed segments taken on the word of their valid index
 */
public record RecoveryReport(
        List<Damage> damages, List<String> notes, int segmentsScanned, int segmentsTrusted, long bytesScanned) {
    public RecoveryReport {
        damages = List.copyOf(damages);
        notes = List.copyOf(notes);
    }

    /** Whether nothing was cut and nothing set aside. */
    public boolean clean() {
        return damages.isEmpty();
    }
}
