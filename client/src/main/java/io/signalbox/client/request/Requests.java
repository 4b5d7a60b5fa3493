package io.signalbox.client.request;

import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkUser;
import io.signalbox.client.connection.RefusedException;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.client.subscribe.Typed;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Questions that wait for their answers. They do not pass the spool: who asks wants to know now. One that is asked while
 * there is no connection waits for it, within its own time.
 */
public final class Requests implements LinkUser {
    private final int max;
    private final String replyTopic;
    private final Typed typed;
    private final TimeSource time;
    private final ScheduledExecutorService conductor;
    private final Executor lane;
    private final Map<String, Question> open = new HashMap<>();
    private @Nullable Subscription replies;
    private boolean listening;
    private boolean closed;
    private @Nullable Link link;

    /**
     * @param clientId names the reply topic, so that a client that comes back has no two
     * @param max questions that may be open at once
     * @param lane on which answers are handed over
     */
    public Requests(
            String clientId, int max, Typed typed, TimeSource time, ScheduledExecutorService conductor, Executor lane) {
        this.max = max;
        this.typed = typed;
        this.time = time;
        this.conductor = conductor;
        this.lane = lane;
        replyTopic = "reply/sdk/" + level(clientId);
    }

    /** A client id may have what a level may not. */
    private static String level(String clientId) {
        return clientId.replace("%", "%25")
                .replace("/", "%2F")
                .replace("+", "%2B")
                .replace("#", "%23");
    }

    private static final class Question {
        final Message message;
        final CompletableFuture<Message> answer = new CompletableFuture<>();
        boolean sent;

        @Nullable
        ScheduledFuture<?> timer;

        Question(Message message) {
            this.message = message;
        }
    }

    /** Nobody answers it when nobody waits any more, and once, though a lost connection may make it go twice. */
    private Message question(Message asked, String correlation, Duration timeout) {
        MessageProperties properties = asked.properties();
        Message.Builder question = asked.toBuilder()
                .guarantee(Guarantee.AT_LEAST_ONCE)
                .retain(false)
                .properties(properties.toBuilder()
                        .replyTo(replyTopic)
                        .correlation(correlation.getBytes(StandardCharsets.US_ASCII))
                        .idempotencyKey(properties.idempotencyKey() == null ? correlation : properties.idempotencyKey())
                        .build());
        return asked.ttlMillis() > 0
                ? question.build()
                : question.ttlMillis(timeout.toMillis())
                        .timestampMillis(time.millis())
                        .build();
    }

    /**
     * @param asked without a reply topic; with a correlation of its own or none
     * @return fails with NO_RESPONDERS at once when nobody is subscribed, BUSY when there are too many, and a {@link
     *     NoReplyException} when time is over
     */
    public CompletionStage<Message> ask(Message asked, Duration timeout) {
        String correlation = UUID.randomUUID().toString();
        Question question = new Question(question(asked, correlation, timeout));
        synchronized (this) {
            if (closed || open.size() >= max) {
                return CompletableFuture.failedStage(refusal());
            }
            try {
                listen();
            } catch (SignalboxException e) { // Another subscription is in the way of the answers.
                return CompletableFuture.failedStage(e);
            }
            open.put(correlation, question);
            question.timer =
                    conductor.schedule(() -> late(correlation, timeout), timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        sendAll();
        return question.answer.minimalCompletionStage();
    }

    private SignalboxException refusal() {
        return closed
                ? new SignalboxException(ReasonCode.CLOSED, "the client is closed")
                : new SignalboxException(
                        ReasonCode.BUSY, max + " requests wait for their answers, which is the limit (requestsMax)");
    }

    /** The first question makes the subscription that all answers come by; QoS 0, for they are worth nothing later. */
    private void listen() {
        if (replies == null) {
            Subscription made = typed.subscribe(
                    SubscribeOptions.to(replyTopic).withQos(0).withRetained(false), Message.class, received -> {
                        answered(received.message());
                    });
            replies = made;
            var unused = made.granted().whenComplete((granted, failure) -> granted(failure));
        }
    }

    /** By which the answers come; null while nobody has asked. */
    public synchronized @Nullable Subscription replies() {
        return replies;
    }

    private void granted(@Nullable Throwable failure) {
        if (failure == null) {
            synchronized (this) {
                listening = true;
            }
            sendAll();
        } else {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            takeAll().forEach(question -> end(question, null, cause));
        }
    }

    private synchronized List<Question> takeAll() {
        List<Question> all = List.copyOf(open.values());
        open.clear();
        replies = null;
        listening = false;
        return all;
    }

    @Override
    public void linkUp(Link value) {
        synchronized (this) {
            link = value;
        }
        sendAll();
    }

    /** What was asked may have been heard: it is not asked again, and its answer may still come. */
    @Override
    public synchronized void linkDown() {
        link = null;
    }

    private void sendAll() {
        Link current;
        Map<String, Question> unsent = new HashMap<>();
        synchronized (this) {
            current = link;
            if (current == null || !listening) {
                return;
            }
            open.forEach((correlation, question) -> {
                if (!question.sent) {
                    question.sent = true;
                    unsent.put(correlation, question);
                }
            });
        }
        unsent.forEach((correlation, question) ->
                current.publish(question.message, time.millis(), new Sending(correlation, question.message)));
    }

    private void answered(Message answer) {
        byte[] correlation = answer.properties().correlation();
        if (correlation != null) {
            Question question = take(new String(correlation, StandardCharsets.US_ASCII));
            if (question != null) {
                String fault = answer.properties().headers().get(Responders.FAULT);
                end(question, answer, fault == null ? null : new FaultException(answer.payloadText()));
            }
        }
    }

    private void late(String correlation, Duration timeout) {
        Question question = take(correlation);
        if (question != null) {
            end(question, null, new NoReplyException(question.message.topic(), timeout, question.sent));
        }
    }

    private synchronized @Nullable Question take(String correlation) {
        return open.remove(correlation);
    }

    /** One of both. */
    private void end(Question question, @Nullable Message answer, @Nullable Throwable failure) {
        ScheduledFuture<?> timer = question.timer;
        if (timer != null) {
            timer.cancel(false);
        }
        lane.execute(() -> {
            if (failure != null) {
                question.answer.completeExceptionally(failure);
            } else if (answer != null) {
                question.answer.complete(answer);
            }
        });
    }

    public void close() {
        synchronized (this) {
            closed = true;
        }
        SignalboxException why = new SignalboxException(ReasonCode.CLOSED, "the client was closed");
        takeAll().forEach(question -> end(question, null, why));
    }

    /** What the server says of one question. */
    private final class Sending implements Link.Answer {
        private final String correlation;
        private final Message asked;

        Sending(String correlation, Message asked) {
            this.correlation = correlation;
            this.asked = asked;
        }

        @Override
        public void taken(boolean subscribers) {
            if (!subscribers) {
                fail(new SignalboxException(
                        ReasonCode.NO_RESPONDERS, "nobody is subscribed to '" + asked.topic() + "'"));
            }
        }

        @Override
        public void refused(Refusal refusal, boolean again) {
            fail(new RefusedException(refusal));
        }

        private void fail(SignalboxException why) {
            Question question = take(correlation);
            if (question != null) {
                end(question, null, why);
            }
        }
    }
}
