package io.signalbox.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * What the flight recorder saw of a server.
 *
 * @param samples of running Java code, by station
 * @param allocatedBytes by all threads, from the first to the last report of each
 * @param bytesByClass of that, as sampled: right as shares, the greatest of them
 */
record Recording(Map<Station, Long> samples, long allocatedBytes, Map<String, Long> bytesByClass) {
    static Recording read(Path file) throws IOException {
        Map<Station, Long> samples = new EnumMap<>(Station.class);
        Map<Long, Long> first = new HashMap<>();
        Map<Long, Long> last = new HashMap<>();
        Map<String, Long> classes = new HashMap<>();
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                RecordedStackTrace stack = event.getStackTrace();
                switch (event.getEventType().getName()) {
                    case "jdk.ExecutionSample" -> {
                        if (stack != null) {
                            samples.merge(Station.of(stack.getFrames()), 1L, Long::sum);
                        }
                    }
                    case "jdk.ObjectAllocationSample" ->
                        classes.merge(event.getClass("objectClass").getName(), event.getLong("weight"), Long::sum);
                    case "jdk.ThreadAllocationStatistics" -> {
                        long thread = event.getThread("thread").getId();
                        long bytes = event.getLong("allocated");
                        first.merge(thread, bytes, Math::min);
                        last.merge(thread, bytes, Math::max);
                    }
                    default -> {}
                }
            }
        }
        long allocated = last.entrySet().stream()
                .mapToLong(each -> each.getValue() - first.getOrDefault(each.getKey(), 0L))
                .sum();
        return new Recording(samples, allocated, classes);
    }
}
