package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private final UnderWay underWay = new UnderWay();

    ArrivedCommands(RemoteLink link, Arrivals arrivals, RemoteOptions options) {
        this.link = link;
        this.arrivals = arrivals;
        this.options = options;
    }

    /**
     * @param settle run when its answer is on the transport, or nobody waits for one; never, if this process is closing
     *     and did not begin it: it is somebody else's then
     * @throws io.signalbox.codec.CodecException MALFORMED, if there is nowhere to answer to; it is not begun then
     */
    void execute(Message message, Envelope<?> command, Runnable settle) {
        Topic replyTo = WireForm.replyTo(message);
        UnderWay.Begun begun = underWay.begin(settle);
        AtomicBoolean wasBegun = new AtomicBoolean();
        CompletableFuture<CommandResult<Object>> handled = begin(command, () -> wasBegun.set(true));
        String request = request(message);
        if (request != null) {
            running.put(request, handled);
        }
        handled.whenComplete((result, cancelled) -> {
            if (request != null) {
                running.remove(request, handled);
            }
            if (cancelled != null) {
                begun.settle();
            } else if (link.isStoppingCommands() && !wasBegun.get() && isRefusedAsClosed(result)) {
                begun.leave();
            } else {
                answer(message, replyTo, result, begun);
            }
        });
    }

    private CompletableFuture<CommandResult<Object>> begin(Envelope<?> command, Runnable begun) {
        try {
            return arrivals.command(command, begun);
        } catch (RuntimeException | Error broken) {
            return CompletableFuture.completedFuture(new CommandResult.Failure<>(broken, 1, null));
        }
    }

    private static boolean isRefusedAsClosed(CommandResult<?> result) {
        return result instanceof CommandResult.Rejected<?> rejected && rejected.reason() == Reason.CLOSED;
    }

    /** As {@link #execute}, without a handler. */
    void reject(Message message, Reason reason, Runnable settle) {
        Topic replyTo = WireForm.replyTo(message);
        answer(message, replyTo, CommandResult.rejected(reason, reason.remedy()), underWay.begin(settle));
    }

    private void answer(Message message, @Nullable Topic replyTo, CommandResult<?> result, UnderWay.Begun begun) {
        if (replyTo == null) {
            begun.settle();
            return;
        }
        try {
            Message head = link.sender().replyTo(replyTo, message.properties().correlation());
            link.sender().reply(Reply.of(result, head, options.codec()), begun::settle);
        } catch (RuntimeException | StackOverflowError broken) {
            LOG.warn("the answer to {} cannot be written; its sender waits in vain", message.topic(), broken);
            begun.settle();
        }
    }

    /** Complete when the transport has the answers to all that were begun, or their link is gone. */
    CompletableFuture<Void> answered() {
        return underWay.none();
    }

    /** The link is gone. */
    void linkLost() {
        underWay.leaveAll();
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
