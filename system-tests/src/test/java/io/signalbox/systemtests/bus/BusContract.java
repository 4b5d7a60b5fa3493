package io.signalbox.systemtests.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusBuilder;
import io.signalbox.bus.Session;
import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.query.Answers;
import io.signalbox.bus.query.Gather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a user of the bus may rely on wherever the other side is: {@link #near()} is here, and {@link FarSide} is on the
 * same bus, on another one, or in another process. All of it is said and seen through the bus.
 */
abstract class BusContract {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longer than any test may take: what ends before it was not ended by it. */
    private static final SendOptions PATIENT = SendOptions.DEFAULT.withTimeout(Duration.ofMinutes(10));

    abstract Bus near();

    private static final int FLOOD_CAPACITY = 10;

    /** How the near side is to be built. */
    static BusBuilder near(BusBuilder builder) {
        return builder.events(Wire.Flood.class, settings -> settings.withCapacity(FLOOD_CAPACITY));
    }

    private List<String> seenThere() {
        return near().execute(new Wire.Seen(), PATIENT).orElseThrow();
    }

    private void awaitSeen(String... texts) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(seenThere()).contains(texts));
    }

    @Test
    void aCommandIsAnsweredWithAValueOfItsType() {
        assertThat(near().execute(new Wire.Describe(List.of("a", "bcd"))).orElseThrow())
                .isEqualTo(new Wire.Description(2, Map.of("a", 1, "bcd", 3)));
        assertThat(near().executeAsync(new Wire.Describe(List.of()))
                        .orTimeout(60, java.util.concurrent.TimeUnit.SECONDS)
                        .join()
                        .orElseThrow())
                .isEqualTo(new Wire.Description(0, Map.of()));
    }

    @Test
    void aFailureTellsItsTextAndItsAttempts() {
        assertThat(near().execute(new Wire.Fail("out of paper")))
                .isInstanceOfSatisfying(CommandResult.Failure.class, failure -> {
                    assertThat(failure.error()).hasMessageContaining("out of paper");
                    assertThat(failure.attempts()).isEqualTo(1);
                    assertThat(failure.deadLetterId()).isNull();
                });
    }

    @Test
    void aRejectionTellsItsReasonAndWhenToComeBack() {
        assertThat(near().execute(new Wire.Refuse(7)))
                .isInstanceOfSatisfying(CommandResult.Rejected.class, rejected -> {
                    assertThat(rejected.reason()).isEqualTo(Reason.RATE_LIMITED);
                    assertThat(rejected.retryAfter()).isEqualTo(Duration.ofSeconds(7));
                });
    }

    @Test
    void aCommandThatNobodyHandlesIsAnsweredLongBeforeItsTimeout() {
        assertThat(near().execute(new Wire.NobodyHandles(), PATIENT))
                .isInstanceOfSatisfying(
                        CommandResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Reason.NO_HANDLER));
    }

    /** On a busy machine time may be over before the command is at the other side; then a longer one is tried. */
    @Test
    void aTimeoutAnswersTheCallerAndInterruptsTheHandler() {
        for (Duration timeout = Duration.ofMillis(200); ; timeout = timeout.multipliedBy(4)) {
            String name = "slow after " + timeout;
            CommandResult<String> result =
                    near().execute(new Wire.Hang(name), SendOptions.DEFAULT.withTimeout(timeout));
            if (seenThere().contains(name + " began")) {
                assertThat(result)
                        .isInstanceOfSatisfying(
                                CommandResult.Failure.class,
                                failure -> assertThat(failure.error()).isInstanceOf(TimeoutException.class));
                awaitSeen(name + " interrupted");
                return;
            }
            assertThat(timeout).as("within it the handler never began").isLessThan(PATIENCE);
        }
    }

    @Test
    void aCancellationInterruptsTheHandler() {
        CompletableFuture<?> future = near().executeAsync(new Wire.Hang("unwanted"), PATIENT);
        awaitSeen("unwanted began");
        future.cancel(true);
        awaitSeen("unwanted interrupted");
    }

    @Test
    void theEnvelopeCrossesWithTheMessage() {
        Wire.Sender sender = near().execute(
                        new Wire.WhoSentThis(),
                        PATIENT.withFrom("till")
                                .withTo("office")
                                .withHeader("region", "eu")
                                .withOrderingKey("k")
                                .withCorrelationId("case-7"))
                .orElseThrow();
        assertThat(sender).isEqualTo(new Wire.Sender(sender.id(), "case-7", "till", "office", "eu", "k", ""));
    }

    @Test
    void eventsOfOneKeyArriveInOrderAndTellTheirCause() {
        List<Integer> numbers = new CopyOnWriteArrayList<>();
        List<Envelope<?>> envelopes = new CopyOnWriteArrayList<>();
        try (var subscription = near().subscribe(Wire.Counted.class, counted -> {
            envelopes.add(CurrentMessage.envelope());
            numbers.add(counted.number());
        })) {
            assertThat(near().execute(new Wire.CountTo(200), PATIENT.withCorrelationId("count"))
                            .orElseThrow())
                    .isEqualTo(200);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers).hasSize(200));
        }
        assertThat(numbers).isEqualTo(IntStream.range(0, 200).boxed().toList());
        assertThat(envelopes).allSatisfy(envelope -> {
            assertThat(envelope.correlationId()).isEqualTo("count");
            assertThat(envelope.causationId())
                    .isPresent()
                    .isEqualTo(envelopes.getFirst().causationId());
        });
    }

    @Test
    void anEventReachesBothSides() {
        List<String> here = new CopyOnWriteArrayList<>();
        try (var subscription = near().subscribe(Wire.Noted.class, noted -> here.add(noted.text()))) {
            assertThat(near().publish(new Wire.Noted("for both"))).isEqualTo(PublishResult.ACCEPTED);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(here).containsExactly("for both"));
        }
        awaitSeen("for both");
    }

    @Test
    void aHandlerOfASuperTypeHearsOfWhatIsBelowIt() {
        near().publish(new Wire.Moved.Up(3));
        near().publish(new Wire.Moved.Down(4));
        awaitSeen("Up[steps=3]", "Down[steps=4]");
    }

    @Test
    void aHandlerThatFailsIsTriedAgainAndDoesNotStopItsNeighbour() {
        near().publish(new Wire.Fragile("once", 1));
        awaitSeen("beside once", "handled once");
    }

    @Test
    void whatFailsForGoodIsADeadLetterUntilItIsRedriven() {
        near().publish(new Wire.Fragile("broken", 2));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                near().execute(new Wire.DeadLetters(), PATIENT).orElseThrow())
                        .singleElement()
                        .asString()
                        .startsWith("Fragile[text=broken, failures=2] fragile 2 1 ")
                        .endsWith("broken failed 2"));
        assertThat(near().execute(new Wire.RedriveAll(), PATIENT).orElseThrow()).isEqualTo("{RESOLVED=1}");
        // The neighbour has a lane of its own.
        awaitSeen("handled broken", "beside broken");
        assertThat(seenThere()).containsOnlyOnce("beside broken");
        assertThat(near().execute(new Wire.DeadLetters(), PATIENT).orElseThrow())
                .isEmpty();
    }

    @Test
    void aQueryGathersTheAnswersOfAllSides() {
        try (var here = near().answer(Wire.PriceOf.class, query -> 7)) {
            Answers<Integer> answers = near().gather(new Wire.PriceOf("book"), Gather.quorum(3, PATIENCE));
            assertThat(answers.answers()).containsExactlyInAnyOrder(4, 40, 7);
            assertThat(answers.quorumReached()).isTrue();
        }
    }

    @Test
    void aQueryThatNobodyAnswersDoesNotWait() {
        Answers<Integer> answers = near().gather(new Wire.NobodyAnswers(), Gather.first(Duration.ofMinutes(10)));
        assertThat(answers.asked()).isZero();
        assertThat(answers.answers()).isEmpty();
        assertThat(answers.quorumReached()).isFalse();
    }

    @Test
    void aSessionsHandlersSeeItsMessagesAlone() {
        try (Session session = here("job-1")) {
            assertThat(session.execute(new Wire.InSession(), PATIENT).orElseThrow())
                    .isEqualTo("inside job-1");
            assertThat(near().execute(new Wire.InSession(), PATIENT).orElseThrow())
                    .isEqualTo("outside");
            near().publish(new Wire.Noted("common"));
            session.publish(new Wire.Noted("private"));
            awaitSeen("job-1: private", "private", "common");
            assertThat(seenThere()).doesNotContain("job-1: common");
        }
    }

    @Test
    void aCommandOfASessionThatHasNoHandlerForItGoesToTheBus() {
        try (Session session = near().session("job-2")) {
            assertThat(session.execute(new Wire.Describe(List.of("x")), PATIENT).orElseThrow())
                    .isEqualTo(new Wire.Description(1, Map.of("x", 1)));
            assertThat(session.execute(new Wire.NobodyHandles(), PATIENT)).isInstanceOf(CommandResult.Rejected.class);
        }
    }

    @Test
    void commandsOfOneIdempotencyKeyAreBothAnsweredUnlessSomebodyAskedForMore() {
        for (int i = 0; i < 2; i++) {
            assertThat(near().execute(new Wire.Describe(List.of("x")), PATIENT.withIdempotencyKey("same"))
                            .orElseThrow())
                    .isEqualTo(new Wire.Description(1, Map.of("x", 1)));
        }
    }

    @Test
    void whatASessionHasPublishedIsHandledBeforeItEnds() {
        List<Integer> handled = new CopyOnWriteArrayList<>();
        Session session = near().session("job-3");
        session.subscribe(Wire.Counted.class, counted -> handled.add(counted.number()));
        for (int i = 0; i < 50; i++) {
            assertThat(session.publish(new Wire.Counted(i), SendOptions.DEFAULT.withOrderingKey("job")))
                    .isEqualTo(PublishResult.ACCEPTED);
        }
        assertThat(session.close(PATIENCE)).isZero();
        assertThat(handled).isEqualTo(IntStream.range(0, 50).boxed().toList());
    }

    @Test
    void closingWaitsForTheHandlersThatRun() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Integer> ended = new CopyOnWriteArrayList<>();
        near().subscribe(Wire.Counted.class, counted -> {
            begun.countDown();
            goOn.await();
            ended.add(counted.number());
        });
        near().publish(new Wire.Counted(1));
        begun.await();
        Thread closer = Thread.ofVirtual().start(near()::close);
        await().atMost(PATIENCE).until(() -> !near().status().open());
        assertThat(near().publish(new Wire.Counted(2)))
                .isInstanceOfSatisfying(
                        PublishResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.CLOSED));
        goOn.countDown();
        closer.join();
        assertThat(ended).containsExactly(1);
    }

    /** Where there is no room, somebody waits or is told so: the publisher here, the transport there. */
    @Test
    void whatFindsNoRoomIsRefusedOrWaitsAndNothingThatWasAcceptedIsLost() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Integer> handled = new CopyOnWriteArrayList<>();
        List<Integer> accepted = new ArrayList<>();
        try (var subscription = near().subscribe(Wire.Flood.class, flood -> {
            begun.countDown();
            goOn.await();
            handled.add(flood.number());
        })) {
            for (int i = 0; i < 20 * FLOOD_CAPACITY; i++) {
                switch (near().publish(new Wire.Flood(i), SendOptions.DEFAULT.withOrderingKey("one"))) {
                    case PublishResult.Accepted yes -> accepted.add(i);
                    case PublishResult.NoSubscribers nobody -> throw new AssertionError("nobody listens");
                    case PublishResult.Refused refused ->
                        assertThat(refused.reason()).isEqualTo(Reason.QUEUE_FULL);
                }
            }
            begun.await();
            goOn.countDown();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(handled).hasSameSizeAs(accepted));
        }
        assertThat(handled).isEqualTo(accepted).hasSizeGreaterThanOrEqualTo(FLOOD_CAPACITY);
        assertThat(near().deadLetters().size()).isZero();
    }

    /** Opens a session there, and its counterpart here unless that is the same. */
    private Session here(String id) {
        near().execute(new Wire.OpenSession(id), PATIENT).orElseThrow();
        return near().findSession(id).orElseGet(() -> near().session(id));
    }
}
