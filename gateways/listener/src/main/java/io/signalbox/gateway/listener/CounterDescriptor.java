package io.signalbox.gateway.listener;

/** What an operator reads about a counter. Implemented by the enum of each gateway; {@code server} binds them. */
public interface CounterDescriptor {
    /** Dotted, lower case, unique over all gateways. */
    String metric();

    /** Tells counters of one metric apart, as {@code key=value}; empty if there is one alone. */
    String label();

    /** What is counted: {@code packets}, {@code bytes}, {@code connections}. */
    String unit();

    String meaning();

    /** True if the value also falls, as that of open connections does. */
    default boolean gauge() {
        return false;
    }
}
