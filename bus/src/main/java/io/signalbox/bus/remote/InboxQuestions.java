package io.signalbox.bus.remote;

import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.topic.Topic;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the inbox whether a delivery was handled before, on threads of its own: it may be a database, and the lane brings
 * the answers that others wait for, too. One question of a topic at a time, for the delivery at its head. Questions and
 * answers are the lane's, the asking is not.
 */
final class InboxQuestions {
    private final Inbox inbox;
    private final String consumer;
    private final Scheduler scheduler;
    /** Told of topics whose question is answered. */
    private final Consumer<Topic> answered;

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
        Answer LATER = new Later();

        record New() implements Answer {}

        record Handled() implements Answer {}

        /** Not known yet: ask again when told. */
        record Later() implements Answer {}

        record Down(Throwable why) implements Answer {}
    }

    InboxQuestions(Inbox inbox, String consumer, Scheduler scheduler, Consumer<Topic> answered) {
        this.inbox = inbox;
        this.consumer = consumer;
        this.scheduler = scheduler;
        this.answered = answered;
    }

    /** Each answer is given once. */
    Answer ask(Arrival arrival, String messageId) {
        Question question = open.get(arrival.topic());
        if (question == null || !question.arrival.equals(arrival)) {
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
        try {
            return inbox.isHandled(consumer, messageId) ? Answer.HANDLED : Answer.NEW;
        } catch (Throwable down) {
            return new Answer.Down(down);
        }
    }
}
