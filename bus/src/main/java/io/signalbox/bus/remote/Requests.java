package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.schedule.Scheduler;
import io.signalbox.codec.CodecException;
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

/** Commands that wait for the answer of another process. */
final class Requests {
    private final Scheduler scheduler;
    private final RemoteOptions options;
    private final ConcurrentHashMap<String, Request> waiting = new ConcurrentHashMap<>();

    Requests(Scheduler scheduler, RemoteOptions options) {
        this.scheduler = scheduler;
        this.options = options;
    }

    Request open(Envelope<?> command, Type answer) {
        Request request = new Request(command.id(), answer);
        waiting.put(request.id, request);
        long waitMillis = command.deadlineMillis() == 0
                ? options.requestTimeout().toMillis()
                : Math.max(1, command.deadlineMillis() - scheduler.nowMillis());
        try {
            Scheduler.Timer timer = scheduler.schedule(
                    () -> request.end(new CommandResult.Failure<>(
                            new TimeoutException("no answer within " + waitMillis + " ms"), 1, null)),
                    waitMillis * 1_000_000);
            request.result.thenRun(timer::cancel);
        } catch (RejectedExecutionException closing) {
            request.end(CommandResult.rejected(Reason.CLOSED, "the bus is closed"));
        }
        return request;
    }

    /** Answers that nobody waits for any more are dropped: their command was answered by its timeout. */
    void answered(Message reply) {
        byte[] correlation = reply.properties().correlation();
        Request request = correlation == null ? null : waiting.get(WireForm.text(correlation));
        if (request == null) {
            return;
        }
        try {
            request.end(Reply.read(reply, request.answer, options.codec()));
        } catch (CodecException unreadable) {
            request.end(new CommandResult.Failure<>(unreadable, 1, null));
        }
    }

    void close() {
        for (Request request : waiting.values()) {
            request.end(new CommandResult.Failure<>(
                    new IllegalStateException("the bus was closed before the answer came"), 1, null));
        }
    }

    /** One of them; hears first whether anybody handles it at all. */
    final class Request implements PublishCallback {
        private final String id;
        private final Type answer;
        private final CompletableFuture<CommandResult<?>> result = new CompletableFuture<>();

        private Request(String id, Type answer) {
            this.id = id;
            this.answer = answer;
        }

        String id() {
            return id;
        }

        CompletableFuture<CommandResult<?>> result() {
            return result;
        }

        private void end(@Nullable CommandResult<?> with) {
            waiting.remove(id);
            result.complete(with);
        }

        @Override
        public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
            if (outcome == Receipt.Outcome.NO_SUBSCRIBERS) {
                end(CommandResult.rejected(Reason.NO_HANDLER, "no process on the transport handles it"));
            }
        }

        @Override
        public void refused(long context, Refusal refusal) {
            end(CommandResult.rejected(Reason.TRANSPORT, refusal.reason().code() + ": " + refusal.detail()));
        }
    }
}
