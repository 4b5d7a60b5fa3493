package io.signalbox.condition;

/**
 * What deciding about one message may cost, whatever its publisher has put into it: a step for each value that is
 * looked at, and one for every 16 characters or bytes of it. Not thread safe.
 */
final class Budget {
    static final int STEPS_MAX = 1_000_000;

    private static final int LENGTH_OF_A_STEP = 16;

    private int left = STEPS_MAX;

    /** It is spent. An error, because the language takes exceptions for values: {@code ||} would go on after one. */
    static final class Spent extends Error {
        private static final long serialVersionUID = 1L;

        private Spent() {
            super("it takes more than " + STEPS_MAX + " steps", null, false, false);
        }
    }

    /**
     * One value is looked at.
     *
     * @param length characters or bytes of it, 0 for other values
     * @throws Spent if that is too much
     */
    void spend(int length) {
        left -= 1 + length / LENGTH_OF_A_STEP;
        if (left < 0) {
            throw new Spent();
        }
    }
}
