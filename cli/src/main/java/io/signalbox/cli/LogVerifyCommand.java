package io.signalbox.cli;

import io.signalbox.log.Damage;
import io.signalbox.log.VerifyReport;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "verify",
        description = "Read every byte and check every checksum. Exit code 1: damage was found, and is listed.",
        mixinStandardHelpOptions = true)
final class LogVerifyCommand implements Callable<Integer> {
    @Mixin
    private final LogFolder folder = new LogFolder();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        VerifyReport report = folder.open().verify();
        for (Damage damage : report.damages()) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("damage", damage.kind().name());
            fields.put("file", damage.file());
            fields.put("fromPosition", damage.fromPosition());
            fields.put("toPosition", damage.toPosition());
            fields.put("lastSequenceBefore", damage.lastSequenceBefore());
            fields.put("firstSequenceAfter", damage.firstSequenceAfter());
            fields.put("reason", damage.reason());
            output.fields(fields);
        }
        Map<String, @Nullable Object> summary = new LinkedHashMap<>();
        summary.put("segments", report.segments());
        summary.put("records", report.records());
        summary.put("bytes", report.bytes());
        summary.put("clean", report.clean());
        output.fields(summary);
        return report.clean() ? 0 : 1;
    }
}
