package io.signalbox.cli;

import io.signalbox.log.SegmentStat;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "stat", description = "List the segments.", mixinStandardHelpOptions = true)
final class LogStatCommand implements Callable<Integer> {
    @Mixin
    private final LogFolder folder = new LogFolder();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (SegmentStat segment : folder.open().stat()) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("file", segment.file());
            row.put("state", segment.state().name());
            row.put("base", segment.base());
            row.put("end", segment.end());
            row.put("records", segment.records());
            row.put("firstSequence", segment.firstSequence());
            row.put("lastSequence", segment.maxSequence());
            row.put("from", time(segment.minTimeMillis()));
            row.put("to", time(segment.maxTimeMillis()));
            rows.add(row);
        }
        output.rows(rows);
        return 0;
    }

    private static String time(long millis) {
        return millis < 0 ? "" : Instant.ofEpochMilli(millis).toString();
    }
}
