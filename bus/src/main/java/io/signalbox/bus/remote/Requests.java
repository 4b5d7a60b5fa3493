package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.parts.Answering;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Commands and queries that wait for the answers of other processes. */
final class Requests {
    private final Scheduler scheduler;
    private final RemoteOptions options;
    /** By id of the command or query; each leaves by its answer, its timeout, or its caller. */
    private final ConcurrentHashMap<String, Waiting> waiting = new ConcurrentHashMap<>();

    private interface Waiting {
        void reply(Message reply);

        void giveUp(Reason reason, String detail);
    }

    Requests(Scheduler scheduler, RemoteOptions options) {
        this.scheduler = scheduler;
        this.options = options;
    }

    /**
     * @param command with a deadline
     * @param timeIsUp run when it is over: whoever handles it may not know
     */
    Request open(Envelope<?> command, Runnable timeIsUp) {
        Request request =
                new Request(command.id(), AnswerType.of(command.message().getClass()));
        waiting.put(request.id, request);
        long waitMillis = Math.max(1, command.deadlineMillis() - scheduler.nowMillis());
        try {
            Scheduler.Timer timer = scheduler.schedule(
                    () -> {
                        if (request.end(new CommandResult.Failure<>(
                                new TimeoutException("no answer within " + waitMillis + " ms"), 1, null))) {
                            timeIsUp.run();
                        }
                    },
                    waitMillis * 1_000_000);
            request.result.thenRun(timer::cancel);
        } catch (RejectedExecutionException closing) {
            request.end(CommandResult.rejected(Reason.CLOSED, "the bus is closed"));
        }
        return request;
    }

    Round open(Envelope<?> query, Answering answers) {
        Round round = new Round(AnswerType.of(query.message().getClass()), answers);
        waiting.put(query.id(), round);
        return round;
    }

    /** Answers that nobody waits for any more are dropped: their command was answered by its timeout. */
    void answered(Message reply) {
        byte[] correlation = reply.properties().correlation();
        Waiting waits = correlation == null ? null : waiting.get(WireForm.text(correlation));
        if (waits != null) {
            waits.reply(reply);
        }
    }

    void forget(String id) {
        Waiting left = waiting.remove(id);
        if (left != null) {
            left.giveUp(Reason.CANCELLED, "whoever asked no longer waits");
        }
    }

    void close() {
        giveUp(Reason.CLOSED, "the bus was closed before the answer came");
    }

    /** No answer to what was asked so far can come any more. */
    void giveUp(Reason reason, String detail) {
        for (Waiting each : waiting.values()) {
            each.giveUp(reason, detail);
        }
    }

    private static String text(Refusal refusal) {
        return refusal.reason().code() + ": " + refusal.detail();
    }

    /** A command; hears first whether anybody handles it at all. */
    final class Request implements PublishCallback, Waiting {
        private final String id;
        private final Type answer;
        private final CompletableFuture<CommandResult<?>> result = new CompletableFuture<>();
        private volatile @Nullable Runnable elsewhere;

        private Request(String id, Type answer) {
            this.id = id;
            this.answer = answer;
        }

        CompletableFuture<CommandResult<?>> result() {
            return result;
        }

        /** @param next sends it to another place; null: there is none */
        void whenNobodyIsThere(@Nullable Runnable next) {
            elsewhere = next;
        }

        /** @return false if it had ended before */
        boolean end(CommandResult<?> with) {
            waiting.remove(id);
            return result.complete(with);
        }

        @Override
        public void reply(Message reply) {
            try {
                CommandResult<?> read = Reply.read(reply, answer, options.codec());
                boolean nobody =
                        read instanceof CommandResult.Rejected<?> rejected && rejected.reason() == Reason.NO_HANDLER;
                if (!nobody || !goesElsewhere()) {
                    end(read);
                }
            } catch (RuntimeException | StackOverflowError unreadable) {
                end(new CommandResult.Failure<>(unreadable, 1, null));
            }
        }

        @Override
        public void giveUp(Reason reason, String detail) {
            end(new CommandResult.Failure<>(new IllegalStateException(detail), 1, null));
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            if (outcome == Receipt.Outcome.NO_SUBSCRIBERS && !goesElsewhere()) {
                end(CommandResult.rejected(Reason.NO_HANDLER, "no process on the transport handles it"));
            }
        }

        private boolean goesElsewhere() {
            Runnable next = elsewhere;
            if (next != null) {
                next.run();
            }
            return next != null;
        }

        @Override
        public void refused(long context, Refusal refusal) {
            end(CommandResult.rejected(Reason.TRANSPORT, text(refusal)));
        }
    }

    /** A query, until enough have answered. How many processes there are nobody knows. */
    final class Round implements PublishCallback, Waiting {
        private final Type answer;
        private final Answering answers;

        private Round(Type answer, Answering answers) {
            this.answer = answer;
            this.answers = answers;
        }

        @Override
        public void reply(Message reply) {
            try {
                int asked = Reply.asked(reply, options.codec());
                if (asked > 0) {
                    answers.asked(asked);
                    return;
                }
                switch (Reply.read(reply, answer, options.codec())) {
                    case CommandResult.Success<?>(Object value) when value != null -> answers.answered(value);
                    case CommandResult.Success<?> nothing ->
                        answers.failed(new IllegalStateException("another process answered null"));
                    case CommandResult.Failure<?> failure -> answers.failed(failure.error());
                    case CommandResult.Rejected<?> rejected ->
                        answers.failed(new IllegalStateException(rejected.detail()));
                }
            } catch (RuntimeException | StackOverflowError unreadable) {
                answers.failed(unreadable);
            }
        }

        @Override
        public void giveUp(Reason reason, String detail) {
            answers.noMore();
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            if (outcome == Receipt.Outcome.NO_SUBSCRIBERS) {
                answers.noMore();
            }
        }

        @Override
        public void refused(long context, Refusal refusal) {
            answers.failed(refusal.toException());
            answers.noMore();
        }
    }
}
