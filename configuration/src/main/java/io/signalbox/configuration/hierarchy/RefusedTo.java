package io.signalbox.configuration.hierarchy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.spool.RefusedMessages;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what was spooled and is then refused to another transport, and keeps it in the spool until that has it. The
 * answer cannot be waited for: a message that comes before it is put off, and looked up when it comes again. Thread safe.
 */
final class RefusedTo implements RefusedMessages {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedTo.class);

    /** Many more than a spool has under way; beyond it the oldest is forgotten, and given once more. */
    private static final int UNDER_WAY_MAX = 100_000;

    private final String spooledFor;
    private final Transport target;

    private final Map<String, Answer> underWay = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
            return size() > UNDER_WAY_MAX;
        }
    };

    /** @param spooledFor the transport's name, for texts */
    RefusedTo(String spooledFor, Transport target) {
        this.spooledFor = spooledFor;
        this.target = target;
    }

    @Override
    public void add(Message message, Refusal refusal) {
        String id = Objects.requireNonNull(message.properties().id(), "spooled messages have ids");
        Answer answer;
        boolean first;
        synchronized (this) {
            first = !underWay.containsKey(id);
            answer = underWay.computeIfAbsent(id, key -> new Answer());
        }
        if (first) {
            target.publish(message, answer, 0);
        }
        switch (answer.state) {
            case TAKEN -> forget(id);
            case OPEN -> throw notYet(message, "has not answered yet");
            case REFUSED -> {
                forget(id); // and is asked again next time
                LOG.warn(
                        "a message to {} that {} refuses is kept in the spool, since {} does not take it either: {}",
                        message.topic(),
                        spooledFor,
                        target.name(),
                        answer.refusal);
                throw notYet(message, "refuses it too");
            }
        }
    }

    private synchronized void forget(String id) {
        underWay.remove(id);
    }

    private SignalboxException notYet(Message message, String why) {
        return new SignalboxException(ReasonCode.BUSY, target.name() + " " + why + ": a message to " + message.topic());
    }

    private enum State {
        OPEN,
        TAKEN,
        REFUSED
    }

    private static final class Answer implements PublishCallback {
        private volatile State state = State.OPEN;
        private volatile @Nullable Refusal refusal;

        @Override
        public void published(long context, Outcome outcome, Durability reached, long sequence) {
            state = State.TAKEN;
        }

        @Override
        public void refused(long context, Refusal why) {
            refusal = why;
            state = State.REFUSED;
        }
    }
}
