package io.signalbox.codecs.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts readings by class, version and outcome. Versions are senders' texts, so their number has a bound. */
final class SchemaTraffic {
    private static final int LINES_MAX = 1_000;
    private static final int VERSION_LENGTH_MAX = 40;
    static final String NO_VERSION = "none";
    static final String OTHER_VERSIONS = "other";

    private final Map<Key, LongAdder> counts = new ConcurrentHashMap<>();

    private record Key(Class<?> type, String version, CompatibilityReport.Outcome outcome) {}

    void count(SchemaRule rule, @Nullable String version, CompatibilityReport.Outcome outcome) {
        String named = version == null ? NO_VERSION : version.length() > VERSION_LENGTH_MAX ? OTHER_VERSIONS : version;
        Key key = new Key(rule.type(), named, outcome);
        LongAdder known = counts.get(key);
        if (known == null) {
            Key counted = counts.size() < LINES_MAX ? key : new Key(rule.type(), OTHER_VERSIONS, outcome);
            known = counts.computeIfAbsent(counted, none -> new LongAdder());
        }
        Objects.requireNonNull(known).increment();
    }

    CompatibilityReport report(Collection<SchemaRule> rules) {
        List<CompatibilityReport.Line> lines = new ArrayList<>();
        for (SchemaRule rule : rules) {
            counts.forEach((key, count) -> {
                if (key.type == rule.type()) {
                    lines.add(new CompatibilityReport.Line(
                            rule.name(),
                            rule.type().getName(),
                            rule.acceptsText(),
                            key.version,
                            key.outcome,
                            count.sum()));
                }
            });
        }
        return CompatibilityReport.of(lines);
    }
}
