package io.signalbox.transport.provider;

/** Announces a language of conditions to {@link java.util.ServiceLoader}. */
public interface ConditionProvider {
    /** @throws IllegalArgumentException with the compiler's words, if it is no condition */
    MessageCondition compile(String expression);
}
