package io.signalbox.benchmarks.load;

/** Who hears whom. The topics are {@code PREFIX/d(t÷10)/k(t mod 10)}. */
enum Pattern {
    /** Subscriber i has topic i; every publisher goes round all of its topics. One topic unless told. */
    FANOUT,
    /** The same with as many topics as publishers. */
    PAIRS,
    /** All subscribers have {@code PREFIX/#}. */
    FANIN,
    /** Filters in turn {@code PREFIX/+/kY}, {@code PREFIX/dX/#}, {@code PREFIX/+/kY}, {@code PREFIX/#}. */
    WILDCARD;

    boolean exact() {
        return this == FANOUT || this == PAIRS;
    }
}
