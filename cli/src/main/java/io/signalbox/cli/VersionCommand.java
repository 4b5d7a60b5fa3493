package io.signalbox.cli;

import io.signalbox.server.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "version", description = "Show the version, and what it runs on.", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("signalbox", Version.TEXT);
        fields.put("java", System.getProperty("java.version"));
        fields.put("vendor", System.getProperty("java.vendor"));
        fields.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        fields.put("arch", System.getProperty("os.arch"));
        output.fields(fields);
        return 0;
    }
}
