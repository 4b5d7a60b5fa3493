package io.signalbox.bus.doc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.filter.CelFilter;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.handler.BatchOptions;
import io.signalbox.bus.handler.CommandHandler;
import io.signalbox.bus.handler.EventHandler;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.ledger.EventLine;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Query;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.meter.JsonExport;
import io.signalbox.bus.meter.MicrometerMeters;
import io.signalbox.bus.middleware.CircuitBreaking;
import io.signalbox.bus.middleware.CommandCall;
import io.signalbox.bus.middleware.CommandChain;
import io.signalbox.bus.middleware.CommandMiddleware;
import io.signalbox.bus.middleware.Logging;
import io.signalbox.bus.query.Answers;
import io.signalbox.bus.query.Gather;
import io.signalbox.bus.queue.Overflow;
import io.signalbox.bus.registry.HandlerEntry;
import io.signalbox.bus.registry.MapRegistry;
import io.signalbox.bus.registry.Registry;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.bus.session.StateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The examples of docs/bus.md, run. {@code DocumentTest} of the system tests holds the two together. */
class BusExamplesTest {
    record CreateUser(String name, String email) implements Command<String> {}

    record UserCreated(String id, String name) implements Event {}

    record PriceOf(String item) implements Query<Integer> {}

    private final List<String> log = new CopyOnWriteArrayList<>();

    private void log(String line) {
        log.add(line);
    }

    @Test
    void commandsAndEvents() {
        try (Bus bus = Bus.create()) {
            bus.subscribe(UserCreated.class, event -> log("welcome " + event.name()));
            bus.handle(CreateUser.class, command -> {
                bus.publish(new UserCreated("7", command.name()));
                return "7";
            });

            String id =
                    bus.execute(new CreateUser("alice", "alice@example.com")).orElseThrow();

            assertThat(id).isEqualTo("7");
            await().untilAsserted(() -> assertThat(log).containsExactly("welcome alice"));
        }
    }

    @Test
    void results() {
        try (Bus bus = Bus.create()) {
            CommandResult<String> result = bus.execute(new CreateUser("alice", "alice@example.com"));
            String text = switch (result) {
                case CommandResult.Success<String>(String id) -> "created " + id;
                case CommandResult.Failure<String> failure ->
                    "failed in attempt " + failure.attempts() + ", kept as " + failure.deadLetterId();
                case CommandResult.Rejected<String> rejected -> "nothing happened: " + rejected.reason();
            };
            assertThat(text).isEqualTo("nothing happened: " + Reason.NO_HANDLER);
        }
    }

    @Test
    void timeoutAndCancellation() {
        try (Bus bus = Bus.create()) {
            bus.handle(CreateUser.class, command -> {
                while (!CurrentMessage.isCancelled()) {
                    Thread.sleep(Duration.ofSeconds(1)); // is interrupted, too
                }
                return "never";
            });
            CommandResult<String> late = bus.execute(
                    new CreateUser("bob", "bob@example.com"), SendOptions.DEFAULT.withTimeout(Duration.ofMillis(50)));
            assertThat(late).isInstanceOf(CommandResult.Failure.class);

            CompletableFuture<CommandResult<String>> future =
                    bus.executeAsync(new CreateUser("carol", "carol@example.com"));
            future.cancel(true);
            assertThat(future).isCancelled();
        }
    }

    @Test
    void causes() {
        try (Bus bus = Bus.builder().callerRuns().build()) {
            bus.handle(CreateUser.class, command -> {
                bus.publish(new UserCreated("7", command.name()));
                return CurrentMessage.envelope().id();
            });
            bus.subscribe(UserCreated.class, event -> {
                Envelope<?> envelope = CurrentMessage.envelope();
                log("caused by " + envelope.causationId().orElseThrow());
            });
            String id =
                    bus.execute(new CreateUser("alice", "alice@example.com")).orElseThrow();
            assertThat(log).containsExactly("caused by " + id);
        }
    }

    @Test
    void annotatedHandlers() {
        class Users {
            @CommandHandler
            String create(CreateUser command) {
                return "7";
            }

            @EventHandler(priority = 10, when = "message.name != 'root'")
            void welcome(UserCreated event) {
                log("welcome " + event.name());
            }
        }

        try (Bus bus = Bus.builder().callerRuns().build()) {
            Registration users = bus.register(new Users());
            bus.publish(new UserCreated("1", "root"));
            bus.publish(new UserCreated("2", "alice"));
            users.close();
            assertThat(log).containsExactly("welcome alice");
        }
    }

    @Test
    void priorities() {
        try (Bus bus = Bus.builder().callerRuns().build()) {
            bus.subscribe(UserCreated.class, event -> log("mail"));
            bus.subscribe(
                    UserCreated.class,
                    event -> log("audit"),
                    HandlerOptions.named("audit").withPriority(100).withTimeout(Duration.ofSeconds(5)));
            bus.publish(new UserCreated("7", "alice"));
            assertThat(log).containsExactly("audit", "mail");
        }
    }

    @Test
    void sessions() {
        StateKey<Integer> done = new StateKey<>("done", Integer.class);
        try (Bus bus = Bus.create()) {
            bus.handle(CreateUser.class, command -> "bus");
            try (Session session = bus.session("job-123")) {
                session.handle(CreateUser.class, command -> "session");
                session.put(done, 1);
                assertThat(session.execute(new CreateUser("a", "a@example.com")).orElseThrow())
                        .isEqualTo("session");
            }
            assertThat(bus.execute(new CreateUser("a", "a@example.com")).orElseThrow())
                    .isEqualTo("bus");
        }
    }

    @Test
    void batches() {
        try (Bus bus = Bus.builder()
                .errorHandler((envelope, handler, error, attempts) -> log("attempt " + attempts))
                .build()) {
            bus.subscribeBatch(
                    UserCreated.class,
                    batch -> {
                        for (int i = 0; i < batch.size(); i++) {
                            if (batch.get(i).name().isEmpty()) {
                                batch.fail(i, new IllegalArgumentException("no name")); // this one alone is retried
                            }
                        }
                        log("stored " + batch.size());
                    },
                    new BatchOptions(100, Duration.ofSeconds(2)),
                    HandlerOptions.named("store").withRetry(RetryPolicy.immediately(1)));
            for (int i = 0; i < 99; i++) {
                bus.publish(new UserCreated("" + i, "user " + i));
            }
            bus.publish(new UserCreated("99", ""));
            await().untilAsserted(() -> assertThat(log).contains("stored 100", "attempt 1", "stored 1", "attempt 2"));
        }
    }

    @Test
    void retriesAndDeadLetters() {
        AtomicInteger calls = new AtomicInteger();
        RetryPolicy policy = RetryPolicy.exponential(3, Duration.ofMillis(1), Duration.ofMillis(10))
                .withJitter(RetryPolicy.Jitter.FULL);
        try (Bus bus = Bus.builder()
                .commands(CreateUser.class, settings -> settings.withRetry(policy))
                .errorHandler((envelope, handler, error, attempts) -> log(handler + " failed: " + error.getMessage()))
                .build()) {
            bus.handle(
                    CreateUser.class,
                    command -> {
                        if (calls.incrementAndGet() <= 4) {
                            throw new IllegalStateException("database is down");
                        }
                        return "7";
                    },
                    HandlerOptions.named("users"));

            CommandResult<String> result = bus.execute(new CreateUser("alice", "alice@example.com"));

            assertThat(result).isInstanceOf(CommandResult.Failure.class);
            DeadLetter letter = bus.deadLetters().list().getFirst();
            assertThat(letter.attempts()).isEqualTo(4);
            assertThat(bus.deadLetters().redrive(letter.id()).join()).isEqualTo(Redrive.RESOLVED);
        }
    }

    @Test
    void circuitBreakers() {
        try (Bus bus = Bus.builder().middleware(new CircuitBreaking()).build()) {
            bus.handle(
                    CreateUser.class,
                    command -> {
                        throw new IllegalStateException("no connection");
                    },
                    HandlerOptions.DEFAULT.withDependency("crm"));
            for (int i = 0; i < 5; i++) {
                bus.execute(new CreateUser("alice", "alice@example.com"));
            }
            CommandResult<String> sixth = bus.execute(new CreateUser("alice", "alice@example.com"));
            assertThat(sixth).isInstanceOfSatisfying(CommandResult.Rejected.class, rejected -> {
                assertThat(rejected.reason()).isEqualTo(Reason.CIRCUIT_OPEN);
                assertThat(rejected.retryAfter()).isEqualTo(Duration.ofSeconds(30));
            });
        }
    }

    @Test
    void order() {
        try (Bus bus =
                Bus.builder().orderingKey(UserCreated.class, UserCreated::id).build()) {
            bus.subscribe(UserCreated.class, event -> log(event.name()));
            bus.publish(new UserCreated("7", "first"));
            bus.publish(new UserCreated("7", "second"));
            bus.publish(new UserCreated("7", "third"));
            await().untilAsserted(() -> assertThat(log).containsExactly("first", "second", "third"));
        }
    }

    @Test
    void backpressure() {
        try (Bus bus = Bus.builder()
                .events(
                        UserCreated.class,
                        settings -> settings.withCapacity(1_000).withOverflow(Overflow.adaptive(Duration.ofMillis(50))))
                .build()) {
            bus.subscribe(UserCreated.class, event -> log(event.name()));
            switch (bus.publish(new UserCreated("7", "alice"))) {
                case PublishResult.Accepted accepted -> log("accepted");
                case PublishResult.NoSubscribers nobody -> log("nobody listens");
                case PublishResult.Refused refused -> log("come back in " + refused.retryAfter());
            }
            assertThat(log).contains("accepted");
        }
    }

    static final class TimingMiddleware implements CommandMiddleware<Object> {
        final List<String> lines = new ArrayList<>();

        @Override
        public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
            long start = System.nanoTime();
            try {
                return next.proceed(call);
            } finally {
                lines.add(call.command().getClass().getSimpleName() + " took " + (System.nanoTime() - start) + " ns");
            }
        }
    }

    @Test
    void middleware() {
        TimingMiddleware timing = new TimingMiddleware();
        try (Bus bus = Bus.builder()
                .middleware(new Logging())
                .commandMiddleware(timing)
                .build()) {
            bus.handle(CreateUser.class, command -> "7");
            bus.execute(new CreateUser("alice", "alice@example.com"));
            assertThat(timing.lines).singleElement().asString().startsWith("CreateUser took ");
        }
    }

    static final class PerSecond implements Filter {
        private final int max;
        private long second;
        private int seen;

        PerSecond(int max) {
            this.max = max;
        }

        @Override
        public synchronized boolean accepts(Envelope<?> envelope) {
            long now = envelope.timestampMillis() / 1_000;
            if (now != second) {
                second = now;
                seen = 0;
            }
            return ++seen <= max;
        }
    }

    @Test
    void filters() {
        try (Bus bus =
                Bus.builder().callerRuns().eventFilter(new PerSecond(1_000)).build()) {
            bus.subscribe(
                    UserCreated.class,
                    event -> log(event.name()),
                    HandlerOptions.DEFAULT.withFilter(
                            Filter.header("region", "eu").and(CelFilter.compile("message.name.startsWith('a')"))));
            bus.publish(new UserCreated("1", "alice"), SendOptions.DEFAULT.withHeader("region", "eu"));
            bus.publish(new UserCreated("2", "alice"), SendOptions.DEFAULT.withHeader("region", "us"));
            bus.publish(new UserCreated("3", "bob"), SendOptions.DEFAULT.withHeader("region", "eu"));
            assertThat(log).containsExactly("alice");
        }
    }

    static final class RecordingRegistry implements Registry {
        private final Registry inner = new MapRegistry();
        private final List<String> names;

        RecordingRegistry(List<String> names) {
            this.names = names;
        }

        @Override
        public Registration add(HandlerEntry entry) {
            names.add(entry.name()); // a database, say
            return inner.add(entry);
        }

        @Override
        public HandlerEntry.@Nullable OfCommand command(Class<?> type) {
            return inner.command(type);
        }

        @Override
        public List<HandlerEntry> events(Class<?> type) {
            return inner.events(type);
        }

        @Override
        public List<HandlerEntry.OfQuery> queries(Class<?> type) {
            return inner.queries(type);
        }

        @Override
        public long epoch() {
            return inner.epoch();
        }

        @Override
        public int size() {
            return inner.size();
        }
    }

    @Test
    void customRegistry() {
        try (Bus bus = Bus.builder().registry(() -> new RecordingRegistry(log)).build()) {
            bus.handle(CreateUser.class, command -> "7", HandlerOptions.named("users"));
            assertThat(log).containsExactly("users");
        }
    }

    @Test
    void queries() {
        try (Bus bus = Bus.create()) {
            bus.answer(PriceOf.class, query -> 100);
            bus.answer(PriceOf.class, query -> 120);
            Answers<Integer> answers = bus.gather(new PriceOf("book"), Gather.quorum(2, Duration.ofSeconds(5)));
            assertThat(answers.answers()).containsExactlyInAnyOrder(100, 120);
        }
    }

    @Test
    void metrics() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MicrometerMeters meters = new MicrometerMeters(registry);
        try (Bus bus = Bus.builder().callerRuns().durations(meters).build()) {
            meters.bind(bus);
            bus.subscribe(UserCreated.class, event -> log(event.name()));
            bus.publish(new UserCreated("7", "alice"));

            assertThat(registry.get("events_published_total").functionCounter().count())
                    .isEqualTo(1);
            assertThat(JsonExport.of(registry, Instant.now())).contains("event_processing_duration_seconds");
        }
    }

    @Test
    void books() {
        try (Bus bus = Bus.builder().callerRuns().build()) {
            bus.subscribe(UserCreated.class, event -> log(event.name()));
            bus.publish(new UserCreated("7", "alice"));
            EventLine line = bus.ledger().event(UserCreated.class);
            assertThat(line.published()).isEqualTo(1);
            long dropped =
                    line.dropped().values().stream().mapToLong(Long::longValue).sum();
            assertThat(line.accepted()).isEqualTo(line.handled() + line.dead() + dropped + line.pending());
        }
    }
}
