package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.time.TimeSource;
import io.signalbox.transports.connection.Breaker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whoever asks has an answer. */
final class WorkerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void anErrorOfATaskEndsNothingButTheTask() {
        JdbcConfig config = JdbcConfig.of("jdbc:h2:mem:worker;DB_CLOSE_DELAY=-1;DATABASE_TO_UPPER=FALSE")
                .withUser("test", "");
        try (Database database =
                new Database(config, new Breaker("test", TimeSource.monotonic()), ServerClock.OF_THE_DATABASE)) {
            Worker worker = new Worker(database, PATIENCE, () -> {}, PATIENCE);
            worker.start();
            worker.execute(() -> {
                throw new AssertionError("on purpose");
            });
            worker.execute(() -> worker.untilDone("a failure on purpose", connection -> {
                throw new AssertionError("on purpose");
            }));
            assertThat(worker.ask(
                            connection -> {
                                throw new AssertionError("on purpose");
                            },
                            done -> {}))
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("on purpose");
            assertThat(worker.ask(connection -> true, done -> {})).succeedsWithin(PATIENCE);
            worker.close();
        }
    }
}
