package io.signalbox.bus.meter;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * A registry as one JSON document, for dashboards of one's own: {@code timestamp}, and by name and tags the
 * {@code counters}, {@code gauges}, and {@code histograms} (count, sum, mean and maximum, in seconds). Prometheus text
 * comes from Micrometer's own registry for it. Needs Jackson and Micrometer on the class path.
 */
public final class JsonExport {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JsonExport() {}

    public static String of(MeterRegistry registry, Instant now) {
        Map<String, Double> counters = new TreeMap<>();
        Map<String, Double> gauges = new TreeMap<>();
        Map<String, Map<String, Double>> histograms = new TreeMap<>();
        for (io.micrometer.core.instrument.Meter meter : registry.getMeters()) {
            String name = name(meter.getId());
            switch (meter) {
                case FunctionCounter counter -> counters.put(name, counter.count());
                case Gauge gauge -> gauges.put(name, gauge.value());
                case Timer timer -> histograms.put(name, histogram(timer.takeSnapshot()));
                default -> {
                    // Not one of the bus's kinds; whoever registered it exports it.
                }
            }
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("timestamp", now.toString());
        document.put("counters", counters);
        document.put("histograms", histograms);
        document.put("gauges", gauges);
        return MAPPER.writeValueAsString(document);
    }

    private static String name(io.micrometer.core.instrument.Meter.Id id) {
        String tags = id.getTags().stream()
                .sorted()
                .map((Tag tag) -> tag.getKey() + "=\"" + tag.getValue() + "\"")
                .collect(Collectors.joining(","));
        return tags.isEmpty() ? id.getName() : id.getName() + "{" + tags + "}";
    }

    private static Map<String, Double> histogram(HistogramSnapshot snapshot) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("count", (double) snapshot.count());
        values.put("sum", snapshot.total(TimeUnit.SECONDS));
        values.put("mean", snapshot.mean(TimeUnit.SECONDS));
        values.put("max", snapshot.max(TimeUnit.SECONDS));
        return values;
    }
}
