package io.signalbox.testkit.bus;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * What is to go wrong, by chance, with each call of a handler. Probabilities are from 0 to 1; start from {@link #NONE}.
 * Handlers of batches and queries are spared, since no middleware stands around them.
 *
 * @param failing the call fails with an {@link InjectedFaultException}: half of the time instead of the handler, half
 *     of the time after it has done its work
 * @param delaying the call waits first, up to {@code delayMax}
 * @param duplicating the handler is called twice with one message
 * @param reordering the call of an event waits until another event of its class has overtaken it, if one does so soon;
 *     what has the same ordering key never does
 * @param of which messages are concerned
 */
public record Faults(
        double failing,
        double delaying,
        Duration delayMax,
        double duplicating,
        double reordering,
        Predicate<Object> of) {

    public static final Faults NONE = new Faults(0, 0, Duration.ZERO, 0, 0, message -> true);

    /** @throws IllegalArgumentException if a probability is none, or the delay is negative */
    public Faults {
        demandProbability("failing", failing);
        demandProbability("delaying", delaying);
        demandProbability("duplicating", duplicating);
        demandProbability("reordering", reordering);
        if (delayMax.isNegative()) {
            throw new IllegalArgumentException("delayMax is " + delayMax + "; it cannot be less than zero");
        }
    }

    private static void demandProbability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is " + value + "; a probability is from 0 to 1");
        }
    }

    public Faults withFailing(double probability) {
        return new Faults(probability, delaying, delayMax, duplicating, reordering, of);
    }

    public Faults withDelaying(double probability, Duration max) {
        return new Faults(failing, probability, max, duplicating, reordering, of);
    }

    public Faults withDuplicating(double probability) {
        return new Faults(failing, delaying, delayMax, probability, reordering, of);
    }

    public Faults withReordering(double probability) {
        return new Faults(failing, delaying, delayMax, duplicating, probability, of);
    }

    public Faults only(Predicate<Object> messages) {
        return new Faults(failing, delaying, delayMax, duplicating, reordering, messages);
    }

    /** Messages of a class, below it, or implementing it. */
    public Faults only(Class<?> type) {
        return only(type::isInstance);
    }
}
