package io.signalbox.cli;

import io.signalbox.broker.embedded.LogMessages;
import io.signalbox.log.LogInspector;
import io.signalbox.log.LogRecord;
import io.signalbox.log.RecordVisitor;
import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "cat",
        description = "Print the messages of the log as NDJSON. Exit code 1: a part could not be read, and is named.",
        mixinStandardHelpOptions = true)
final class LogCatCommand implements Callable<Integer> {
    @Mixin
    private final LogFolder folder = new LogFolder();

    @Mixin
    private final Output output = new Output();

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "FILTER",
            description = "Only topics that match, as MQTT writes them.")
    private @Nullable String filter;

    @Option(names = "--all", description = "Also the records about sessions, without their content.")
    private boolean all;

    private boolean gaps;

    @Override
    public Integer call() throws IOException {
        TopicFilter wanted = filter == null ? null : TopicFilter.ofMqtt(filter);
        LogInspector log = folder.open();
        log.scan(0, Long.MAX_VALUE, new RecordVisitor() {
            @Override
            public boolean onRecord(LogRecord record) {
                print(record, wanted);
                return true;
            }

            @Override
            public void onGap(long from, long to, String reason) {
                gaps = true;
                Map<String, @Nullable Object> gap = new LinkedHashMap<>();
                gap.put("gapFrom", from);
                gap.put("gapTo", to);
                gap.put("reason", reason);
                output.document(gap);
            }
        });
        output.out().flush();
        return gaps ? 1 : 0;
    }

    private void print(LogRecord record, @Nullable TopicFilter wanted) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("position", record.position());
        line.put("sequence", record.sequence());
        line.put("time", Instant.ofEpochMilli(record.timeMillis()).toString());
        Optional<StoredMessage> stored = LogMessages.of(record);
        if (stored.isPresent()) {
            Message message = stored.get().message();
            if (wanted != null && !wanted.matches(message.topic())) {
                return;
            }
            line.put("topic", message.topic().text());
            line.put("qos", message.guarantee().qos());
            line.put("retain", message.retain());
            putPayload(line, message.payload());
        } else if (all) {
            line.put("record", record.type());
            line.put("bytes", record.length());
        } else {
            return;
        }
        output.document(line);
    }

    private static void putPayload(Map<String, @Nullable Object> line, byte[] payload) {
        try {
            line.put(
                    "payload",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload))
                            .toString());
        } catch (CharacterCodingException binary) {
            line.put("payloadBase64", Base64.getEncoder().encodeToString(payload));
        }
    }
}
