package io.signalbox.benchmarks.compare;

import java.util.EnumSet;
import java.util.Set;

/**
 * Who is measured in a scenario.
 *
 * @param note who is not, and why; the tables say it
 */
record Cast(Set<Broker> brokers, String note) {
    static final Cast ALL = new Cast(EnumSet.allOf(Broker.class), "");

    static Cast without(Broker absent, String note) {
        return new Cast(EnumSet.complementOf(EnumSet.of(absent)), note);
    }

    static Cast of(String note, Broker first, Broker... more) {
        return new Cast(EnumSet.of(first, more), note);
    }
}
