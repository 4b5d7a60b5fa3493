package io.signalbox.log;

import java.util.List;

/**
 * The outcome of reading every byte.
 *
 * @param damages by position; sequences and times are those of the nearest intact records
 * @param bytes read
 */
public record VerifyReport(List<Damage> damages, int segments, long records, long bytes) {
    public VerifyReport {
        damages = List.copyOf(damages);
    }

    public boolean clean() {
        return damages.isEmpty();
    }
}
