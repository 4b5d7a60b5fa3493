package io.signalbox.benchmarks.compare;

import java.util.Locale;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/** A figure that the tables show, and where it is in the line of a run. */
enum Metric {
    DELIVERED("delivered/s", "/deliver_rate", true, Unit.COUNT),
    PUBLISHED("published and acknowledged/s", "/ack_rate", true, Unit.COUNT),
    DRAINED("drained/s", "/drain/rate", true, Unit.COUNT),
    P50("latency, median", "/lat_us/p50", false, Unit.MICROS),
    P99("latency, 99 %", "/lat_us/p99", false, Unit.MICROS),
    P999("latency, 99.9 %", "/lat_us/p999", false, Unit.MICROS),
    BYSTANDER_PUBLISHING(
            "latency of others while it is published, longest",
            "/drain/bystander_publishing_us/max",
            false,
            Unit.MICROS),
    BYSTANDER_BEFORE("latency of others before, longest", "/drain/bystander_before_us/max", false, Unit.MICROS),
    BYSTANDER("latency of others meanwhile, longest", "/drain/bystander_us/max", false, Unit.MICROS),
    CONNECTS("connects/s", "/idle/connect_rate", true, Unit.COUNT),
    CONNECTION_KIB("KiB resident each", "/idle/kib_per_conn", false, Unit.PLAIN),
    READY("start to first CONNACK", "/ready_us", false, Unit.MICROS),
    RESIDENT("MiB resident when idle", "/resident_mib", false, Unit.PLAIN),
    MATCHED("from the cache, the same 1,024 topics again and again, ns", "/match_ns/cached", false, Unit.PLAIN),
    MATCHED_COLD("from the cache, as many topics as subscriptions at random, ns", "/match_ns/cold", false, Unit.PLAIN),
    MATCHED_ANEW("after a wildcard subscription changed, ns", "/match_ns/anew", false, Unit.PLAIN),
    MATCHED_FIRST("topic never seen before, one is forgotten for it, ns", "/match_ns/first", false, Unit.PLAIN),
    COST("server's CPU per delivery, ns", "/server_nanos_per_delivery", false, Unit.PLAIN);

    private enum Unit {
        COUNT,
        MICROS,
        PLAIN
    }

    final String title;
    final boolean moreIsBetter;
    private final String pointer;
    private final Unit unit;

    Metric(String title, String pointer, boolean moreIsBetter, Unit unit) {
        this.title = title;
        this.pointer = pointer;
        this.moreIsBetter = moreIsBetter;
        this.unit = unit;
    }

    OptionalDouble of(JsonNode run) {
        JsonNode value = run.at(pointer);
        return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
    }

    /** Whether a run's processor time is of the time that this figure is of. */
    boolean hasProcessorTime() {
        return !pointer.startsWith("/drain") && this != READY && this != RESIDENT && this != CONNECTION_KIB;
    }

    String format(double value) {
        return switch (unit) {
            case COUNT ->
                scaled(
                        value,
                        value >= 1e6 ? 1e6 : value >= 1e4 ? 1e3 : 1,
                        value >= 1e6 ? " M" : value >= 1e4 ? " k" : "");
            case MICROS ->
                scaled(
                        value,
                        value >= 1e6 ? 1e6 : value >= 1e3 ? 1e3 : 1,
                        value >= 1e6 ? " s" : value >= 1e3 ? " ms" : " µs");
            case PLAIN -> scaled(value, 1, "");
        };
    }

    private static String scaled(double value, double by, String unit) {
        double shown = value / by;
        return String.format(Locale.ROOT, shown >= 100 ? "%.0f%s" : shown >= 10 ? "%.1f%s" : "%.2f%s", shown, unit);
    }
}
