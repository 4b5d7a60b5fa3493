package io.signalbox.benchmarks.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one run found; a line of JSON with these names in snake case. Rates are per second of {@code seconds}, the
 * measured time; CPU is in percent of one core over it, or over the connecting of idle clients.
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Result(
        String label,
        String pattern,
        String proto,
        @JsonProperty("P") int publishers,
        @JsonProperty("S") int subscribers,
        @JsonProperty("T") int topics,
        int payload,
        int pubQos,
        int subQos,
        int grantedQos,
        double rate,
        double seconds,
        long published,
        long acked,
        long expected,
        long delivered,
        long lost,
        long dup,
        long outOfOrder,
        long redeliveredFlag,
        long foreign,
        long unsent,
        long unacked,
        long stallResets,
        long disconnects,
        double pubRate,
        double ackRate,
        double deliverRate,
        double mbS,
        Percentiles latUs,
        Percentiles schedLagUs,
        @Nullable Drain drain,
        @Nullable Idle idle,
        double connectS,
        double genCpuPct,
        double brokerCpuPct,
        double brokerCpuS,
        long rssBeforeKib,
        long rssAfterKib) {

    /**
     * Subscribers that came when all was published.
     *
     * @param bystanderPublishingUs latency of other clients while all was published
     * @param bystanderBeforeUs latency of other clients in the second before
     * @param bystanderUs the same while the subscribers were being served
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Drain(
            double seconds,
            double rate,
            long sessionsResumed,
            @Nullable Percentiles bystanderPublishingUs,
            @Nullable Percentiles bystanderBeforeUs,
            @Nullable Percentiles bystanderUs) {}

    /** Connections that do nothing. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Idle(int connections, double connectRate, double kibPerConn) {}

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public String json() {
        return JSON.writeValueAsString(this);
    }

    /** For people, on one line. */
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s %s P=%d S=%d T=%d %d B q%d/%d: published %,.0f/s, acknowledged %,.0f/s, delivered %,.0f/s,"
                        + " lost %d, duplicates %d, out of order %d, latency µs p50 %.0f p99 %.0f p99.9 %.0f max %.0f",
                label,
                pattern,
                publishers,
                subscribers,
                topics,
                payload,
                pubQos,
                subQos,
                pubRate,
                ackRate,
                deliverRate,
                lost,
                dup,
                outOfOrder,
                latUs.p50(),
                latUs.p99(),
                latUs.p999(),
                latUs.max()));
        if (drain != null) {
            text.append(String.format(Locale.ROOT, ", drained %,.0f/s", drain.rate()));
        }
        if (idle != null) {
            text.append(String.format(
                    Locale.ROOT, ", %,.0f connects/s, %.1f KiB each", idle.connectRate(), idle.kibPerConn()));
        }
        if (unsent + unacked + stallResets + disconnects + foreign > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    ", UNSENT %d UNACKNOWLEDGED %d STALLS %d DISCONNECTS %d FOREIGN %d",
                    unsent,
                    unacked,
                    stallResets,
                    disconnects,
                    foreign));
        }
        text.append(String.format(Locale.ROOT, ", generator %.0f %%, server %.0f %%", genCpuPct, brokerCpuPct));
        return text.toString().strip();
    }
}
