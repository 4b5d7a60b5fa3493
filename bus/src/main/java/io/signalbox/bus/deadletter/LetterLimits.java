package io.signalbox.bus.deadletter;

/**
 * @param lettersMax so many a store is given; and so many are in memory alone, beyond which the oldest gives way
 * @param redrivesMax so often one message is tried again by hand
 */
public record LetterLimits(int lettersMax, int redrivesMax) {
    public static final LetterLimits DEFAULT = new LetterLimits(1_000, 10);

    /** @throws IllegalArgumentException for a limit below 1 */
    public LetterLimits {
        if (lettersMax < 1 || redrivesMax < 1) {
            throw new IllegalArgumentException("limits of dead letters are " + lettersMax + " letters and "
                    + redrivesMax + " redrives; both must be at least 1");
        }
    }
}
