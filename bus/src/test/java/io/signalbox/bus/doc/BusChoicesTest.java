package io.signalbox.bus.doc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.deadletter.RedrivePlan;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.handler.Registration;
import io.signalbox.bus.lifecycle.CommandFinished;
import io.signalbox.bus.lifecycle.CommandStarted;
import io.signalbox.bus.lifecycle.SessionEnded;
import io.signalbox.bus.lifecycle.SessionStarted;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.meter.MicrometerMeters;
import io.signalbox.bus.queue.Overflow;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** More examples of docs/bus.md, which show a choice. {@code DocumentTest} of the system tests holds both together. */
class BusChoicesTest {
    record UserCreated(String id, String name) implements Event {}

    private final List<String> log = new CopyOnWriteArrayList<>();

    private void log(String line) {
        log.add(line);
    }

    // ---- families of messages

    interface CreateCommand<R> extends Command<R> {}

    interface DomainEvent extends Event {}

    record OpenAccount(String owner) implements CreateCommand<String> {}

    record AccountOpened(String owner) implements DomainEvent {}

    @Test
    void families() {
        try (Bus bus = Bus.builder()
                .callerRuns()
                .commandMiddleware(CreateCommand.class, (call, next) -> {
                    log("creating by " + call.command());
                    return next.proceed(call);
                })
                .build()) {
            bus.subscribe(DomainEvent.class, event -> log("domain: " + event));
            bus.handle(OpenAccount.class, command -> {
                bus.publish(new AccountOpened(command.owner()));
                return "account of " + command.owner();
            });
            CommandResult<String> result = bus.execute(new OpenAccount("alice"));
            assertThat(result).isEqualTo(CommandResult.success("account of alice"));
            assertThat(log)
                    .containsExactly("creating by OpenAccount[owner=alice]", "domain: AccountOpened[owner=alice]");
        }
    }

    @Test
    void lifecycle() {
        try (Bus bus = Bus.builder().callerRuns().build()) {
            bus.subscribe(CommandStarted.class, event -> log("started " + event.handler()));
            bus.subscribe(
                    CommandFinished.class,
                    event -> log("finished " + event.result().isSuccess()));
            bus.handle(OpenAccount.class, command -> command.owner(), HandlerOptions.named("accounts"));
            bus.execute(new OpenAccount("alice"));
            assertThat(log).containsExactly("started accounts", "finished true");
        }
    }

    @Test
    void sessionsFromBeginToEnd() {
        try (Bus bus = Bus.builder().callerRuns().build()) {
            bus.subscribe(SessionStarted.class, event -> log(event.sessionId() + " begins"));
            bus.subscribe(SessionEnded.class, event -> log(event.sessionId() + " ends"));
            bus.subscribe(UserCreated.class, event -> log("bus: " + event.name()));
            try (Session session = bus.session("job-123")) {
                session.subscribe(
                        UserCreated.class,
                        event -> log("session: " + event.name()),
                        HandlerOptions.DEFAULT.withPriority(10));
                session.publish(new UserCreated("7", "alice"));
            }
            bus.publish(new UserCreated("8", "bob"));
            assertThat(log)
                    .containsExactly("job-123 begins", "session: alice", "bus: alice", "job-123 ends", "bus: bob");
        }
    }

    @Test
    void priorityGroups() {
        CountDownLatch both = new CountDownLatch(2);
        try (Bus bus = Bus.create()) {
            for (String name : List.of("mail", "text message")) {
                bus.subscribe(UserCreated.class, event -> {
                    both.countDown();
                    both.await(); // each waits for the other: they run at the same time
                    log(name);
                });
            }
            bus.subscribe(UserCreated.class, event -> log("archive"), HandlerOptions.DEFAULT.withPriority(-1));
            bus.publish(new UserCreated("7", "alice"));
            await().untilAsserted(() -> assertThat(log).hasSize(3));
            assertThat(log.getLast()).isEqualTo("archive");
        }
    }

    @Test
    void lookups() {
        try (Bus bus = Bus.builder().callerRuns().build()) {
            assertThat(bus.publish(new UserCreated("1", "alice"))).isEqualTo(PublishResult.NO_SUBSCRIBERS);
            Registration late = bus.subscribe(Event.class, event -> log("heard " + event));
            assertThat(bus.publish(new UserCreated("2", "bob"))).isEqualTo(PublishResult.ACCEPTED);
            late.close();
            assertThat(bus.publish(new UserCreated("3", "carol"))).isEqualTo(PublishResult.NO_SUBSCRIBERS);
            assertThat(log).containsExactly("heard UserCreated[id=2, name=bob]");
        }
    }

    private PublishResult publishToAFullQueue(Overflow overflow) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Bus bus = Bus.builder()
                .events(settings ->
                        settings.withCapacity(2).withConcurrencyMax(1).withOverflow(overflow))
                .build()) {
            bus.subscribe(UserCreated.class, event -> {
                begun.countDown();
                goOn.await();
                log(event.name());
            });
            bus.publish(new UserCreated("1", "with the handler"));
            begun.await();
            bus.publish(new UserCreated("2", "oldest"));
            bus.publish(new UserCreated("3", "younger"));
            PublishResult full = bus.publish(new UserCreated("4", "newest"));
            goOn.countDown();
            return full;
        }
    }

    @Test
    void overflows() throws InterruptedException {
        assertThat(publishToAFullQueue(Overflow.dropOldest())).isEqualTo(PublishResult.ACCEPTED);
        assertThat(log).containsExactly("with the handler", "younger", "newest");

        log.clear();
        assertThat(publishToAFullQueue(Overflow.rejectNew()))
                .isInstanceOfSatisfying(
                        PublishResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.QUEUE_FULL));
        assertThat(log).containsExactly("with the handler", "oldest", "younger");

        assertThat(publishToAFullQueue(Overflow.adaptive()))
                .isInstanceOfSatisfying(
                        PublishResult.Refused.class,
                        refused -> assertThat(refused.retryAfter()).isPositive());
    }

    @Test
    void retryPolicies() {
        RetryPolicy policy = new RetryPolicy(
                3, // retries after the first attempt
                Duration.ofMillis(100), // before the first of them
                2, // times longer from one to the next
                Duration.ofSeconds(10), // at most, whatever the jitter says
                RetryPolicy.Jitter.EQUAL, // from half of it to one and a half
                error -> true,
                error -> error instanceof IllegalArgumentException); // not worth another try
        long tenth = policy.delayNanos(10, new SplittableRandom(1));
        assertThat(tenth).isLessThanOrEqualTo(Duration.ofSeconds(10).toNanos());
        assertThat(policy.retries(1, new IllegalStateException("database is down")))
                .isTrue();
        assertThat(policy.retries(1, new IllegalArgumentException("no name"))).isFalse();
        assertThat(policy.retries(4, new IllegalStateException("database is down")))
                .isFalse();
    }

    @Test
    void redriving() {
        AtomicBoolean mended = new AtomicBoolean();
        try (Bus bus = Bus.builder()
                .callerRuns()
                .errorHandler((envelope, handler, error, attempts) -> log("failed: " + error.getMessage()))
                .build()) {
            bus.subscribe(UserCreated.class, event -> {
                if (!mended.get()) {
                    throw new IllegalStateException("no mail server");
                }
            });
            for (int i = 0; i < 30; i++) {
                bus.publish(new UserCreated("" + i, "user " + i));
            }
            String place = bus.deadLetters().list().getFirst().lastDeath().stackHash();

            // one, then ten, then the rest; it ends where a canary fails
            RedrivePlan plan = RedrivePlan.ofStackHash(place).withCanary();
            assertThat(bus.deadLetters().redrive(plan).join().untried()).isEqualTo(29);
            mended.set(true);
            assertThat(bus.deadLetters().redrive(plan).join().untried()).isZero();
            assertThat(bus.deadLetters().list()).isEmpty();
        }
    }

    @Test
    void prometheus() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        MicrometerMeters meters = new MicrometerMeters(registry);
        try (Bus bus = Bus.builder().callerRuns().durations(meters).build()) {
            meters.bind(bus);
            bus.subscribe(UserCreated.class, event -> log(event.name()));
            bus.publish(new UserCreated("7", "alice"));
            assertThat(registry.scrape()).contains("events_published_total", "event_processing_duration_seconds");
        }
    }

    @Test
    void instances() {
        try (Bus shop = Bus.builder().name("shop").build();
                Bus office = Bus.builder().name("office").build()) {
            shop.subscribe(UserCreated.class, event -> log("shop"));
            assertThat(office.publish(new UserCreated("7", "alice"))).isEqualTo(PublishResult.NO_SUBSCRIBERS);
        }
    }

    @Test
    void oneOwnerOfARetry() {
        try (Bus bus = Bus.builder()
                .commands(OpenAccount.class, settings -> settings.withRetry(RetryPolicy.immediately(1)))
                .errorHandler((envelope, handler, error, attempts) -> log("attempt " + attempts))
                .build()) {
            bus.handle(OpenAccount.class, command -> {
                throw new IllegalStateException("database is down");
            });
            String kept = switch (bus.execute(new OpenAccount("alice"))) {
                case CommandResult.Failure<String> failure
                when failure.deadLetterId() != null ->
                    failure.deadLetterId(); // the bus has it: do not try again yourself
                default -> throw new AssertionError();
            };
            assertThat(bus.deadLetters().find(kept).orElseThrow().attempts()).isEqualTo(2);
            assertThat(log).containsExactly("attempt 1", "attempt 2");
        }
    }
}
