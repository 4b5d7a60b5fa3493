package io.signalbox.testkit;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A session with a lane and a recorder of its own, for use from a test's thread. */
public final class TestClient implements AutoCloseable {
    private static final String FENCE_ROOT = "tck-fence/";

    private final Transport transport;
    private final TestLane lane;
    private final RecordingSubscriber recorder;
    private final Session session;
    private final Duration patience;
    private final AtomicInteger fences = new AtomicInteger();
    private boolean fenced;

    private TestClient(
            Transport transport, TestLane lane, RecordingSubscriber recorder, Session session, Duration patience) {
        this.transport = transport;
        this.lane = lane;
        this.recorder = recorder;
        this.session = session;
        this.patience = patience;
    }

    /** @throws io.signalbox.error.SignalboxException as the transport refused it */
    public static TestClient open(
            Transport transport, SessionOptions options, SettleBehaviour behaviour, Duration patience) {
        TestLane lane = new TestLane(options.name());
        RecordingSubscriber recorder = new RecordingSubscriber(
                lane, behaviour, patience, message -> message.topic().text().startsWith(FENCE_ROOT));
        CompletableFuture<Session> opened = new CompletableFuture<>();
        // On the lane, as a gateway does it: whatever is delivered comes in a later turn than the bind.
        lane.execute(() -> {
            try {
                transport.open(options, lane, recorder).whenComplete((session, failure) -> {
                    if (failure != null) {
                        opened.completeExceptionally(failure);
                    } else {
                        recorder.bind(session);
                        opened.complete(session);
                    }
                });
            } catch (Throwable t) {
                opened.completeExceptionally(t);
            }
        });
        try {
            return new TestClient(transport, lane, recorder, get(opened, patience), patience);
        } catch (Throwable t) {
            lane.close();
            throw t;
        }
    }

    public Session session() {
        return session;
    }

    public RecordingSubscriber received() {
        return recorder;
    }

    public TestLane lane() {
        return lane;
    }

    /** Subscribes at least once, and fails when it is refused. */
    public TestClient subscribe(String... canonicalFilters) {
        for (String filter : canonicalFilters) {
            subscribe(FilterSpec.of(TopicFilter.ofCanonical(filter), Guarantee.AT_LEAST_ONCE));
        }
        return this;
    }

    public TestClient subscribe(FilterSpec spec) {
        Refusal refusal = trySubscribe(spec);
        if (refusal != null) {
            throw new AssertionError("subscription to " + spec.filter() + " was refused: " + refusal);
        }
        return this;
    }

    /** Null when it is in force. */
    public @Nullable Refusal trySubscribe(FilterSpec spec) {
        List<@Nullable Refusal> results = get(session.subscribe(List.of(spec)), patience);
        if (results.size() != 1) {
            throw new AssertionError("one subscription was answered by " + results.size() + " results");
        }
        return results.getFirst();
    }

    /** True if it was there. */
    public boolean unsubscribe(String canonicalFilter) {
        return get(
                        session.unsubscribe(
                                List.of(new Session.Target(TopicFilter.ofCanonical(canonicalFilter), null))),
                        patience)
                .getFirst();
    }

    /** Publishes in the session's name and waits for the answer. */
    public Receipt publish(Message message, int tag) {
        PublishRecorder answers = new PublishRecorder(patience);
        onLane(s -> s.publish(message, tag, answers, 1));
        return answer(answers);
    }

    /** Publishes in the session's name, after what was published so before, and waits for nothing. */
    public void publish(Message message, int tag, PublishRecorder answers, long context) {
        onLane(s -> s.publish(message, tag, answers, context));
    }

    /** Forgets the tag and waits until that is durable. */
    public void forget(int tag) {
        PublishRecorder answers = new PublishRecorder(patience);
        onLane(s -> s.forget(tag, answers, 1));
        answer(answers);
    }

    private static Receipt answer(PublishRecorder answers) {
        answers.awaitAnswers(1);
        Refusal refusal = answers.refusals().get(1L);
        if (refusal != null) {
            throw refusal.toException();
        }
        Receipt receipt = answers.receipt(1);
        if (receipt == null) {
            throw new AssertionError("answered with another context than the one given: " + answers.receipts());
        }
        return receipt;
    }

    public void settle(Delivery delivery, Settlement settlement) {
        settle(delivery.deliveryId(), settlement);
    }

    public void settle(int deliveryId, Settlement settlement) {
        recorder.settling(deliveryId);
        onLane(s -> s.settle(deliveryId, settlement));
    }

    /** Runs it on the lane and waits, so that what it throws is thrown here. */
    public void onLane(Consumer<Session> action) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        lane.execute(() -> {
            try {
                action.accept(session);
                done.complete(true);
            } catch (Throwable t) {
                done.completeExceptionally(t);
            }
        });
        get(done, patience);
    }

    /** Waits until the lane has run what was handed to it so far. */
    public void flush() {
        onLane(s -> {});
    }

    public void writable(boolean writable) {
        onLane(s -> s.writable(writable));
    }

    /** The connection is gone, with a goodbye. */
    public void detach() {
        onLane(s -> s.detach(true));
    }

    /** The connection is gone without a word. */
    public void drop() {
        onLane(s -> s.detach(false));
    }

    /**
     * Waits until everything that was on its way to this session has come: sends a marker after it and waits for that.
     * Works while the session has credit left.
     */
    public void fence() {
        Topic topic = Topic.ofMqtt(FENCE_ROOT + session.name());
        // The highest, since a transport may let the lower ones overtake it, and never the reverse.
        Guarantee guarantee =
                transport.capabilities().has(Feature.EXACTLY_ONCE) ? Guarantee.EXACTLY_ONCE : Guarantee.AT_LEAST_ONCE;
        if (!fenced) {
            subscribe(FilterSpec.of(TopicFilter.exactly(topic), guarantee));
            fenced = true;
        }
        String mark = session.name() + "-" + fences.incrementAndGet() + "-" + System.nanoTime();
        Message.Builder marker = Message.to(topic).payload(mark).guarantee(guarantee);
        if (transport.capabilities().has(Feature.PRIORITY)) {
            marker.priority(0);
        }
        Message message = marker.build();
        long deadline = System.nanoTime() + patience.toNanos();
        while (!published(message)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the queue of " + session.name() + " stays full for " + patience);
            }
            Thread.onSpinWait();
        }
        recorder.awaitFence(mark);
    }

    /** False when the queue is full, which passes: what was settled is on its way to be counted. */
    private boolean published(Message message) {
        try {
            get(transport.publish(message), patience);
            return true;
        } catch (SignalboxException e) {
            if (e.reason() == ReasonCode.QUEUE_FULL) {
                return false;
            }
            throw e;
        }
    }

    /** Waits for the stage; what it failed with is thrown as it is. */
    public static <T> T get(CompletionStage<T> stage, Duration patience) {
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new AssertionError(cause);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + patience, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Ends the lane without telling the session. */
    @Override
    public void close() {
        lane.close();
    }
}
