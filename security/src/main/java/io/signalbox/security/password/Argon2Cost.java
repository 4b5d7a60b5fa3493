package io.signalbox.security.password;

/**
 * What one guess costs (RFC 9106). The bounds keep a mistyped file from taking the machine's memory.
 *
 * @param memoryKib 8 to 262,144
 * @param iterations 1 to 16
 * @param parallelism lanes, 1 to 8
 */
public record Argon2Cost(int memoryKib, int iterations, int parallelism) {
    /** OWASP's recommendation: 19 MiB, two passes, one lane. */
    public static final Argon2Cost DEFAULT = new Argon2Cost(19 * 1024, 2, 1);

    public Argon2Cost {
        check("m", memoryKib, 8, 262_144);
        check("t", iterations, 1, 16);
        check("p", parallelism, 1, 8);
        if (memoryKib < 8 * parallelism) {
            throw new IllegalArgumentException("m=" + memoryKib + " must be at least 8 times p=" + parallelism);
        }
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + "=" + value + " must be " + min + " to " + max);
        }
    }
}
