package io.signalbox.transports.redis;

/**
 * What an operator may want to watch beside deliveries.
 *
 * @param intakePublished messages of other clients that this instance has published
 * @param intakeRefused tries to publish one that was refused and waits
 * @param intakeBuried entries of other clients that can never be published, and that this instance made dead letters
 * @param deadLettersDropped the oldest dead letters, which went beyond {@link RetentionLimits#deadLettersMax}; of the
 *     whole bus, as the server counts them
 * @param foreignLettersDropped the same of those that other clients wrote and nobody could publish or read
 */
public record ServerCounts(
        long intakePublished,
        long intakeRefused,
        long intakeBuried,
        long deadLettersDropped,
        long foreignLettersDropped) {}
