package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commands of other processes with handlers here, and their answers. Thread safe. */
final class ArrivedCommands {
    private static final Logger LOG = LoggerFactory.getLogger(ArrivedCommands.class);

    private final RemoteLink link;
    private final Arrivals arrivals;
    private final RemoteOptions options;
    /** By the id of their request; no more than the session's credit. */
    private final ConcurrentHashMap<String, CompletableFuture<?>> running = new ConcurrentHashMap<>();

    ArrivedCommands(RemoteLink link, Arrivals arrivals, RemoteOptions options) {
        this.link = link;
        this.arrivals = arrivals;
        this.options = options;
    }

    /**
     * @param ended run when its answer is on the transport, or nobody waits for one
     * @throws io.signalbox.codec.CodecException MALFORMED, if there is nowhere to answer to; it is not begun then
     */
    void execute(Message message, Envelope<?> command, Runnable ended) {
        Topic replyTo = WireForm.replyTo(message);
        CompletableFuture<CommandResult<Object>> handled = arrivals.command(command);
        String request = request(message);
        if (request != null) {
            running.put(request, handled);
        }
        handled.whenComplete((result, cancelled) -> {
            if (request != null) {
                running.remove(request, handled);
            }
            if (cancelled == null) {
                answer(message, replyTo, result, ended);
            } else {
                ended.run();
            }
        });
    }

    /** As {@link #execute}, without a handler. */
    void reject(Message message, Reason reason, Runnable ended) {
        answer(message, WireForm.replyTo(message), CommandResult.rejected(reason, reason.remedy()), ended);
    }

    private void answer(Message message, @Nullable Topic replyTo, CommandResult<?> result, Runnable ended) {
        if (replyTo == null) {
            ended.run();
            return;
        }
        try {
            Message head = link.sender().replyTo(replyTo, message.properties().correlation());
            link.sender().reply(Reply.of(result, head, options.codec()), ended);
        } catch (RuntimeException | StackOverflowError broken) {
            LOG.warn("the answer to {} cannot be written; its sender waits in vain", message.topic(), broken);
            ended.run();
        }
    }

    /** Nobody waits for it any more. */
    void cancel(Message message) {
        String request = request(message);
        CompletableFuture<?> handled = request == null ? null : running.get(request);
        if (handled != null) {
            handled.cancel(true);
        }
    }

    private static @Nullable String request(Message message) {
        byte[] correlation = message.properties().correlation();
        return correlation == null ? null : WireForm.text(correlation);
    }
}
