package io.signalbox.systemtests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything that the bus was asked to show has an example in docs/bus.md, which {@link DocumentTest} finds in a test
 * that is run. Who takes one away has to say here by what it is replaced.
 */
class BusCounterpartsTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    /** What was asked for, in the order in which it was; each piece stands in one block, all pieces in the same one. */
    enum Asked {
        KINDS_OF_COMMANDS_AND_EVENTS(
                "interface CreateCommand<R> extends Command<R> {}", "interface DomainEvent extends"),
        COMMAND_FROM_ITS_CALLER_TO_ITS_RESULT(
                "record CreateUser(String name, String email) implements Command<String> {}"),
        EXECUTE(
                "bus.handle(CreateUser.class,",
                "bus.execute(new CreateUser(\"alice\", \"alice@example.com\")).orElseThrow()"),
        EVENTS_ABOUT_A_COMMAND("bus.subscribe(CommandStarted.class,", "CommandFinished.class", "bus.execute("),
        PUBLISH("bus.subscribe(UserCreated.class,", "bus.publish(new UserCreated(\"7\", command.name()));"),
        PUBLISH_THROUGH_FILTERS_AND_MIDDLEWARE("eventFilter(", "withFilter(", "bus.publish("),
        ERRORS_OF_HANDLERS_STOP_NOTHING("errorHandler((envelope, handler, error, attempts) ->", "bus.deadLetters()"),
        COMMAND_HANDLER_OF_THE_SESSION_BEFORE_THE_BUS(
                "bus.handle(CreateUser.class, command -> \"bus\")", "session.handle(CreateUser.class"),
        EVENT_HANDLERS_OF_SESSION_AND_BUS_BY_PRIORITY(
                "session.subscribe(", "bus.subscribe(UserCreated.class", "withPriority(10)"),
        SESSION_FROM_START_TO_END("try (Session session = bus.session(\"job-123\"))", "session.execute("),
        SESSION_EVENTS_AND_CLEANING_UP(
                "bus.subscribe(SessionStarted.class", "bus.subscribe(SessionEnded.class", "\"bus: bob\""),
        BATCHES_BY_SIZE_AND_TIME("bus.subscribeBatch(", "new BatchOptions(100, Duration.ofSeconds(2))"),
        HANDLERS_OF_A_GROUP_AT_ONCE_AND_GROUPS_IN_TURN("both.await()", "withPriority(-1)", "isEqualTo(\"archive\")"),
        RETRY_SETTINGS(
                "new RetryPolicy(",
                "3,",
                "Duration.ofMillis(100),",
                "2,",
                "Duration.ofSeconds(10),",
                "RetryPolicy.Jitter.EQUAL,"),
        RETRY_DELAY("policy.delayNanos(10,", "isLessThanOrEqualTo(Duration.ofSeconds(10).toNanos())"),
        CIRCUIT_BREAKER("new CircuitBreaking()", "withDependency(", "Reason.CIRCUIT_OPEN"),
        DEAD_LETTER("DeadLetter letter = bus.deadLetters()", "letter.attempts()", "redrive(letter.id())"),
        RESULT_AFTER_THE_LAST_RETRY("failure.deadLetterId()", "bus.deadLetters().find(kept)"),
        BATCH_WITH_FAILURES_OF_ITS_ELEMENTS("batch.fail(i,", "contains(\"stored 100\""),
        LOOKUPS_THAT_ARE_NEVER_STALE("Registration late = bus.subscribe(", "late.close()", "NO_SUBSCRIBERS"),
        WHEN_A_QUEUE_IS_FULL(
                "publishToAFullQueue(Overflow.dropOldest())",
                "publishToAFullQueue(Overflow.rejectNew())",
                "publishToAFullQueue(Overflow.adaptive())",
                "refused.retryAfter()"),
        PROMETHEUS_FORMAT("new PrometheusMeterRegistry(", "registry.scrape()", "events_published_total"),
        JSON_FORMAT("JsonExport.of(registry,", "event_processing_duration_seconds"),
        CUSTOM_MIDDLEWARE("class TimingMiddleware implements CommandMiddleware", "next.proceed(call)", "\" took \""),
        CUSTOM_FILTER("class PerSecond implements Filter", "return ++seen <= max;"),
        CUSTOM_REGISTRY("class RecordingRegistry implements Registry", "names.add(entry.name());");

        private final List<String> pieces;

        Asked(String... pieces) {
            this.pieces = Arrays.stream(pieces).map(Asked::plain).toList();
        }

        boolean isShownBy(String block) {
            return pieces.stream().allMatch(block::contains);
        }

        /** Without what a formatter changes. */
        static String plain(String code) {
            return code.replaceAll("\\s+", "");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasAskedForHasItsExample(Asked asked) throws IOException {
        assertThat(blocks())
                .as("a block of docs/bus.md with all of %s", asked.pieces)
                .anyMatch(asked::isShownBy);
    }

    private static List<String> blocks() throws IOException {
        Path document = Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .map(folder -> folder.resolve("docs/bus.md"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        return BLOCK.matcher(Files.readString(document))
                .results()
                .map(block -> Asked.plain(block.group(1)))
                .toList();
    }
}
