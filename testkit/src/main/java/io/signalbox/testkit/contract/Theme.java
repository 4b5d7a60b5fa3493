package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/**
 * What all themes of the contract share: a transport on a fresh fixture for each test, clients that are watched, time.
 * After each test every client's recorder must have seen the rules of {@link io.signalbox.transport.Subscriber} kept.
 */
public abstract class Theme {
    protected TransportFixture fixture;
    protected Transport transport;
    private final List<TestClient> clients = new ArrayList<>();
    private boolean gone;

    /** A new and empty fixture; called before each test. */
    protected abstract TransportFixture newFixture() throws Exception;

    @BeforeEach
    final void openTransport(TestInfo test) throws Exception {
        fixture = newFixture();
        transport = fixture.open();
        test.getTestMethod().ifPresent(method -> demand(method.getAnnotation(Needs.class)));
        for (Class<?> c = getClass(); c != null; c = c.getSuperclass()) {
            demand(c.getAnnotation(Needs.class));
        }
    }

    private void demand(@org.jspecify.annotations.Nullable Needs needs) {
        if (needs != null) {
            for (Feature feature : needs.value()) {
                Assumptions.assumeTrue(
                        transport.capabilities().has(feature), () -> transport.name() + " has no " + feature);
            }
        }
    }

    @AfterEach
    final void closeTransport() throws Exception {
        try {
            if (!gone) {
                transport.close();
            }
            for (TestClient client : clients) {
                assertThat(client.received().violations())
                        .as("rules broken towards %s", client.session().name())
                        .isEmpty();
                assertThat(client.lane().failures())
                        .as("failures on the lane of %s", client.session().name())
                        .isEmpty();
            }
        } finally {
            clients.forEach(TestClient::close);
            fixture.close();
        }
    }

    // Life of the transport

    /** Closes the transport and opens it again on the same data. */
    protected final void restart() throws Exception {
        transport.close();
        gone = true;
        transport = fixture.open();
        gone = false;
    }

    /** Lets the transport crash and opens it again; skips the test where that is impossible. */
    protected final void crashAndOpen() throws Exception {
        Assumptions.assumeTrue(fixture.crash(transport), "this fixture cannot crash its transport");
        gone = true;
        transport = fixture.open();
        gone = false;
    }

    protected final Duration patience() {
        return fixture.patience();
    }

    protected final boolean has(Feature feature) {
        return transport.capabilities().has(feature);
    }

    // Clients

    protected final TestClient open(SessionOptions options, SettleBehaviour behaviour) {
        TestClient client = TestClient.open(transport, options, behaviour, patience());
        clients.add(client);
        return client;
    }

    /** Transient, accepts everything. */
    protected final TestClient client(String name, String... filters) {
        return open(SessionOptions.transientSession(name), SettleBehaviour.ACCEPT)
                .subscribe(filters);
    }

    /** Transient, settles by hand. */
    protected final TestClient manual(String name, String... filters) {
        return open(SessionOptions.transientSession(name), SettleBehaviour.MANUAL)
                .subscribe(filters);
    }

    /** Durable, accepts everything. */
    protected final TestClient durable(String name, String... filters) {
        return open(SessionOptions.durableSession(name), SettleBehaviour.ACCEPT).subscribe(filters);
    }

    /** Durable, settles by hand. */
    protected final TestClient durableManual(String name, String... filters) {
        return open(SessionOptions.durableSession(name), SettleBehaviour.MANUAL).subscribe(filters);
    }

    protected static FilterSpec spec(String canonicalFilter) {
        return FilterSpec.of(TopicFilter.ofCanonical(canonicalFilter), Guarantee.AT_LEAST_ONCE);
    }

    protected static FilterSpec spec(String canonicalFilter, Guarantee guarantee, int subscriptionId) {
        return new FilterSpec(
                TopicFilter.ofCanonical(canonicalFilter),
                null,
                guarantee,
                subscriptionId,
                false,
                false,
                FilterSpec.RetainedDelivery.SEND,
                io.signalbox.transport.StartPosition.NEW,
                0);
    }

    // Messages

    protected static Message.Builder to(String topic) {
        return Message.to(Topic.ofMqtt(topic));
    }

    protected static Message message(String topic, String payload) {
        return to(topic).payload(payload).build();
    }

    protected final Receipt publish(Message message) {
        return await(transport.publish(message));
    }

    protected final Receipt publish(String topic, String payload) {
        return publish(message(topic, payload));
    }

    /** Payloads prefix0, prefix1 and so on, one after the other, each acknowledged before the next. */
    protected final List<Receipt> publishMany(String topic, String prefix, int count) {
        return numbered(prefix, count).stream()
                .map(payload -> publish(topic, payload))
                .toList();
    }

    protected static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    protected final <T> T await(CompletionStage<T> stage) {
        return TestClient.get(stage, patience());
    }

    /** Runs it and gives the refusal it must end with. */
    protected static SignalboxException refusalOf(Runnable action) {
        Throwable thrown = catchThrowable(action::run);
        assertThat(thrown).as("a refusal").isInstanceOf(SignalboxException.class);
        SignalboxException refusal = (SignalboxException) thrown;
        assertThat(refusal.getMessage()).as("text of the refusal").isNotBlank();
        return refusal;
    }

    protected final List<StoredMessage> read(ReadRequest request) {
        List<StoredMessage> seen = new ArrayList<>();
        long count = await(transport.read(request, message -> {
            synchronized (seen) {
                return seen.add(message);
            }
        }));
        assertThat(count).as("what read counts").isEqualTo(seen.size());
        return seen;
    }

    protected static List<String> texts(List<StoredMessage> messages) {
        return messages.stream().map(m -> m.message().payloadText()).toList();
    }

    protected static List<String> deliveredTo(TestClient client) {
        return client.received().payloads();
    }

    // Time

    protected final void advance(Duration step) {
        try {
            fixture.advance(step);
        } catch (Exception e) {
            throw new AssertionError("the fixture could not let " + step + " pass", e);
        }
    }

    /**
     * Waits until everything that was asked of the transport before has been done by it: a publish and an open go the
     * same ways, and are answered.
     */
    protected final void barrier() {
        publish("tck-barrier", "");
        TestClient passing = TestClient.open(
                transport, SessionOptions.transientSession("tck-barrier"), SettleBehaviour.ACCEPT, patience());
        await(passing.session().remove());
        passing.close();
    }

    /** Lets time pass step by step until the condition holds. */
    protected final void advanceUntil(Duration step, BooleanSupplier condition) {
        Awaitility.await()
                .atMost(patience())
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    if (condition.getAsBoolean()) {
                        return true;
                    }
                    advance(step);
                    return condition.getAsBoolean();
                });
    }

    protected final void advanceUntilCount(TestClient client, int deliveries) {
        advanceUntil(Duration.ofSeconds(1), () -> client.received().deliveries().size() >= deliveries);
    }

    protected final void eventually(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(patience())
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(condition::getAsBoolean);
    }

    /** Payloads of the dead letters, oldest first; empty where the fixture cannot look. */
    protected final Optional<List<String>> deadLetters() throws Exception {
        List<Message> dead = fixture.deadLetters(transport);
        return dead == null
                ? Optional.empty()
                : Optional.of(dead.stream().map(Message::payloadText).toList());
    }

    /** Waits until these are the dead letters, in any order, where the fixture can look. */
    protected final void awaitDeadLetters(String... payloads) throws Exception {
        if (deadLetters().isEmpty()) {
            return;
        }
        Awaitility.await()
                .atMost(patience())
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(deadLetters().orElseThrow())
                        .containsExactlyInAnyOrderElementsOf(Arrays.asList(payloads)));
    }

    protected static List<Integer> ids(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::deliveryId).toList();
    }
}
