package io.signalbox.transports.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.transport.Health;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SupervisorTest {
    private final Backoff quick = new Backoff(Duration.ofMillis(1), 1, Duration.ofMillis(1));
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger upFailures = new AtomicInteger();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile Connector.Lost lost = cause -> {};
    private final Supervisor<String> supervisor = new Supervisor<>(
            "engine", new Script(), quick, new Breaker("engine", new ManualTimeSource()), new ResponseTimes());

    private final class Script implements Connector<String> {
        @Override
        public String connect(Lost end) throws IOException {
            if (failures.get() > 0) {
                failures.decrementAndGet();
                throw new IOException("refused on purpose");
            }
            lost = end;
            return "connection";
        }

        @Override
        public void up(String connection) {
            events.add("up");
            if (upFailures.getAndDecrement() > 0) {
                throw new IllegalStateException("on purpose");
            }
        }

        @Override
        public void down(String connection, Throwable cause) {
            events.add("down");
        }

        @Override
        public void disconnect(String connection) {
            events.add("disconnect");
        }
    }

    @AfterEach
    void close() {
        supervisor.close();
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    @Test
    void aLostConnectionIsReplacedHoweverOftenThatFails() {
        supervisor.start();
        await().until(() -> events.contains("up"));
        failures.set(12);
        lost.because(new IOException("cut"));
        await().until(() -> events.size() >= 4);
        assertThat(events).containsExactly("up", "down", "disconnect", "up");
        assertThat(failures).hasValue(0);
        assertThat(supervisor.connection()).isEqualTo("connection");
        assertThat(supervisor.health().status()).isEqualTo(Health.Status.UP);
        assertThat(supervisor.health().detail()).contains("answers in");
    }

    @Test
    void whileItCannotConnectItIsDegradedThenDownAndSaysWhy() {
        failures.set(Integer.MAX_VALUE);
        assertThat(supervisor.health().status()).isEqualTo(Health.Status.DEGRADED);
        supervisor.start();
        await().until(() -> supervisor.health().status() == Health.Status.DOWN);
        assertThat(supervisor.health().detail()).contains("engine").contains("refused on purpose");
        assertThat(supervisor.firstTry()).isCompletedExceptionally();
    }

    @Test
    void aConnectionThatCannotBeTakenIntoUseIsEndedAndTriedAgain() {
        upFailures.set(1);
        supervisor.start();
        await().until(() -> events.size() >= 4);
        assertThat(events).containsExactly("up", "down", "disconnect", "up");
        assertThat(supervisor.connection()).isEqualTo("connection");
    }

    @Test
    void closingEndsTheConnectionAndTheTries() {
        supervisor.start();
        await().until(() -> events.contains("up"));
        supervisor.close();
        assertThat(events).containsExactly("up", "down", "disconnect");
        assertThat(supervisor.connection()).isNull();
    }

    /** Connected and lost at once, again and again: that is not progress. */
    @Test
    void connectionsThatAreLostAtOnceAreNotABusyLoop() {
        Backoff hours = new Backoff(Duration.ofHours(10), 1, Duration.ofHours(10));
        AtomicInteger connected = new AtomicInteger();
        Connector<String> flapping = new Connector<>() {
            @Override
            public String connect(Lost end) {
                connected.incrementAndGet();
                end.because(new IOException("lost at once"));
                return "connection";
            }

            @Override
            public void disconnect(String connection) {}
        };
        try (Supervisor<String> waits = new Supervisor<>(
                "flapping", flapping, hours, new Breaker("flapping", new ManualTimeSource()), new ResponseTimes())) {
            waits.start();
            await().until(() -> connected.get() >= 2);
            await().during(Duration.ofMillis(300)).until(() -> connected.get() == 2);
        }
    }
}
