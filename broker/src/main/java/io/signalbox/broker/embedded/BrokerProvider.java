package io.signalbox.broker.embedded;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.log.LogConfig;
import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code type: embedded}: a broker of its own, in this process. */
public final class BrokerProvider implements TransportProvider {
    private static final Setting<Path> DIRECTORY =
            Setting.required("directory", Kinds.PATH, "Folder of everything durable; locked by one process at a time.");
    private static final Setting<Long> SEGMENT_BYTES =
            Setting.of("segment-bytes", Kinds.bytes(4 << 10, 1 << 30), "10MiB", "Size of a segment file.");
    private static final Setting<Integer> SEGMENTS_MAX = Setting.of(
            "segments-max",
            Kinds.integer(2, Integer.MAX_VALUE),
            "100",
            "Segments kept; older ones go unless a durable queue still needs them.");
    private static final Setting<Duration> AGE_MAX =
            Setting.of("age-max", Kinds.DURATION, "0", "Age of what is kept; 0: no limit.");

    @Override
    public String type() {
        return "embedded";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(DIRECTORY, SEGMENT_BYTES, SEGMENTS_MAX, AGE_MAX);
    }

    @Override
    public TransportPlan prepare(Settings settings) {
        return new Plan(LogConfig.defaults(settings.get(DIRECTORY))
                .withSegmentBytes(Math.toIntExact(settings.get(SEGMENT_BYTES)))
                .withSegmentsMax(settings.get(SEGMENTS_MAX))
                .withAgeMax(settings.get(AGE_MAX)));
    }

    private record Plan(LogConfig log) implements TransportPlan {
        @Override
        public String endpoint() {
            return log.directory().toString();
        }

        @Override
        public Promise promise(Map<String, Promise> parts, Duration timeout) {
            return new BrokerPromise(BrokerConfig.DEFAULT, log);
        }

        @Override
        public Transport open(Surroundings surroundings) throws IOException {
            return EmbeddedBroker.open(BrokerConfig.DEFAULT, log, Authorizer.ALLOW_ALL, surroundings.time());
        }
    }
}
