package io.signalbox.systemtests.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.bus.Bus;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.log.LogConfig;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The handlers of a command are replaced one after the other, under load: each command is handled once, and answered. */
class RollingRestartTest {
    private static final int RESTARTS = 20;
    private static final int COMMANDS = 100;
    /** Longer than the test may take. */
    private static final SendOptions PATIENT = SendOptions.DEFAULT.withTimeout(Duration.ofMinutes(5));

    @Message(name = "handle-once")
    record Once(int number) implements Command<Integer> {}

    private final Map<Integer, Integer> handled = new ConcurrentHashMap<>();

    private Bus worker(EmbeddedBroker broker, int number) {
        Bus worker = Bus.over(broker).name("worker-" + number).build();
        worker.handle(Once.class, once -> {
            handled.merge(once.number(), 1, Integer::sum);
            return once.number();
        });
        return worker;
    }

    @Test
    void noCommandIsLostOrHandledTwice(@TempDir Path folder) throws IOException {
        List<CompletableFuture<CommandResult<Integer>>> answers = new ArrayList<>();
        try (EmbeddedBroker broker = EmbeddedBroker.open(
                        BrokerConfig.DEFAULT,
                        LogConfig.defaults(folder),
                        Authorizer.ALLOW_ALL,
                        TimeSource.monotonic());
                Bus asking = Bus.over(broker).name("asking").build()) {
            Bus working = worker(broker, 0);
            for (int i = 1; i <= RESTARTS; i++) {
                Bus next = worker(broker, i);
                for (int j = 0; j < COMMANDS; j++) {
                    answers.add(asking.executeAsync(new Once(answers.size()), PATIENT));
                }
                working.close();
                working = next;
            }
            assertThat(answers.stream()
                            .map(answer -> answer.join().orElseThrow())
                            .toList())
                    .isEqualTo(IntStream.range(0, RESTARTS * COMMANDS).boxed().toList());
            working.close();
        }
        assertThat(handled).hasSize(RESTARTS * COMMANDS);
        assertThat(handled.values()).containsOnly(1);
    }
}
