package io.signalbox.benchmarks.compare;

import java.util.List;

/**
 * One row of the comparison.
 *
 * @param arguments of the load generator
 */
record Scenario(String id, String title, Setting setting, String arguments, List<Metric> metrics, Cast cast) {
    /** How the brokers are started for it. */
    enum Setting {
        /** All at once, without a disk where they can be told so. */
        MEMORY,
        /** All at once, with their stores on disk. */
        DISK,
        /** Each by itself, anew for each run. */
        FRESH,
        /** Not at all: JMH measures a part of Signalbox. */
        PART
    }

    boolean timed() {
        return !counted() && setting != Setting.FRESH;
    }

    /** So many messages, however long they take. */
    boolean counted() {
        return arguments.contains(" -n ");
    }

    /** Whether NATS's own protocol has a word for it. */
    boolean atMostOnce() {
        return arguments.contains("-q 0") && setting == Setting.MEMORY;
    }

    /** For tables. */
    String row() {
        return cast.note().isEmpty() ? title : title + " (" + cast.note() + ")";
    }

    /** Whether it is of that id, or of that series if the id ends with a hyphen. */
    boolean belongsTo(String idOrSeries) {
        return idOrSeries.endsWith("-") ? id.startsWith(idOrSeries) : id.equals(idOrSeries);
    }

    /** In a series, its step. */
    int step() {
        return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
    }
}
