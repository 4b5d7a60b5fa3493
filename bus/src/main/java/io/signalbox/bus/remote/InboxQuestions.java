package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.topic.Topic;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the inbox whether a delivery was handled before, on threads of its own: it may be a database, and the lane brings
 * the answers that others wait for, too. One question of a topic at a time, for the delivery at its head. Questions and
 * answers are the lane's, the asking is not.
 */
final class InboxQuestions {
    private static final Logger LOG = LoggerFactory.getLogger(InboxQuestions.class);

    private final Inbox inbox;
    private final String consumer;
    private final InHand inHand;
    private final Unnoted unnoted;
    private final Scheduler scheduler;
    /** Told of topics whose question is answered. */
    private final Consumer<Topic> answered;

    private final AtomicBoolean told = new AtomicBoolean();
    private final AtomicBoolean toldOfNotes = new AtomicBoolean();
    private final ConcurrentHashMap<Topic, Question> open = new ConcurrentHashMap<>();

    private static final class Question {
        private final Arrival arrival;
        private volatile @Nullable Answer answer;

        Question(Arrival arrival) {
            this.arrival = arrival;
        }
    }

    sealed interface Answer {
        Answer NEW = new New();
        Answer HANDLED = new Handled();
        Answer COPY = new Copy(Duration.ofSeconds(1));
        Answer LATER = new Later();

        record New() implements Answer {}

        record Handled() implements Answer {}

        /** Another of its id is here and not at its end, or was handled and the inbox still does not take it. */
        record Copy(Duration pause) implements Answer {}

        /** Not known yet: ask again when told, and after a moment in case the inbox is down. */
        record Later() implements Answer {}
    }

    InboxQuestions(Inbox inbox, String consumer, LinkMemory memory, Scheduler scheduler, Consumer<Topic> answered) {
        this.inbox = inbox;
        this.consumer = consumer;
        inHand = memory.inHand();
        unnoted = memory.unnoted();
        this.scheduler = scheduler;
        this.answered = answered;
    }

    /**
     * Each answer is given once. Whether another is here is looked at before the inbox is asked: if not, the inbox has
     * been told of all that were.
     */
    Answer ask(Arrival arrival, String messageId) {
        Question question = open.get(arrival.topic());
        if (question == null || !question.arrival.equals(arrival)) {
            if (inHand.has(messageId)) {
                return Answer.COPY;
            }
            begin(new Question(arrival), messageId);
            return Answer.LATER;
        }
        Answer answer = question.answer;
        if (answer == null) {
            return Answer.LATER;
        }
        open.remove(arrival.topic());
        return answer;
    }

    private void begin(Question question, String messageId) {
        Topic topic = question.arrival.topic();
        open.put(topic, question);
        try {
            scheduler.execute(() -> {
                question.answer = answer(messageId);
                answered.accept(topic);
            });
        } catch (RejectedExecutionException closing) {
            // Unsettled, it is the transport's to offer again.
        }
    }

    private Answer answer(String messageId) {
        if (unnoted.has(messageId)) {
            Duration pause = note(messageId);
            return pause == null ? Answer.HANDLED : new Answer.Copy(pause);
        }
        try {
            return inbox.isHandled(consumer, messageId) ? Answer.HANDLED : Answer.NEW;
        } catch (Throwable down) {
            tellOnce(down);
            return Answer.LATER;
        }
    }

    /**
     * Its handlers have succeeded. Any thread.
     *
     * @return null: it is noted; otherwise when to try again, since the inbox does not take it
     */
    @Nullable
    Duration note(Arrival arrival) {
        String id = WireForm.id(arrival.message());
        return id == null ? null : note(id);
    }

    private @Nullable Duration note(String messageId) {
        try {
            inbox.handled(consumer, messageId);
            unnoted.noted(messageId);
            return null;
        } catch (Throwable down) {
            if (toldOfNotes.compareAndSet(false, true)) {
                LOG.warn(
                        "the inbox of '{}' cannot note what was handled; it is asked to when that comes again",
                        consumer,
                        down);
            }
            return unnoted.failed(messageId);
        }
    }

    private void tellOnce(Throwable down) {
        if (told.compareAndSet(false, true)) {
            LOG.warn("the inbox of '{}' does not answer; deliveries wait until it does", consumer, down);
        }
    }
}
