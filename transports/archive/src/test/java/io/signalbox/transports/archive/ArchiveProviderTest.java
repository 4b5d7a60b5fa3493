package io.signalbox.transports.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Settings;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said before it is open is what it is. */
final class ArchiveProviderTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"routed", "buffered", "synced"})
    void thePromiseIsWhatTheOpenOneSays(String acknowledge) throws Exception {
        TransportPlan plan = new ArchiveProvider()
                .prepare(new Settings(
                        "transports.a",
                        Map.of(
                                "directory", new Entry(folder.toString(), "test"),
                                "acknowledge", new Entry(acknowledge, "test"))));
        Promise promise = plan.promise(Map.of(), Duration.ZERO);
        Message any = Message.to(Topic.ofMqtt("a")).build();
        try (Transport open = plan.open(new Surroundings("a", new ManualTimeSource(), WhenAbsent.FAIL, part -> {
            throw new AssertionError(part);
        }))) {
            assertThat(open.name()).isEqualTo("a");
            assertThat(promise.capabilities()).isEqualTo(open.capabilities());
            assertThat(promise.guarantees(any)).isEqualTo(open.guarantees());
            assertThat(promise.archives(any)).isEqualTo(!acknowledge.equals("routed"));
        }
    }
}
