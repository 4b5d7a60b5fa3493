package io.signalbox.transports.rabbitmq;

import io.signalbox.transport.Durability;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.PublishBound;
import io.signalbox.transports.connection.ResponseTimes;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells publishers how it ended, and gives back their place in the bound; one that throws harms no other. Any thread. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final PublishBound bound;
    private final ResponseTimes responseTimes;
    private final Durability confirmed;

    /** @param confirmed the level that a confirm means */
    Answers(PublishBound bound, ResponseTimes responseTimes, Durability confirmed) {
        this.bound = bound;
        this.responseTimes = responseTimes;
        this.confirmed = confirmed;
    }

    void confirmed(List<Outgoing> all) {
        if (!all.isEmpty()) {
            responseTimes.record(System.nanoTime() - all.getLast().writtenNanos);
        }
        for (Outgoing one : all) {
            bound.leave(one.body.length);
            Receipt.Outcome outcome = one.returned ? Receipt.Outcome.NO_SUBSCRIBERS : Receipt.Outcome.ROUTED;
            Durability reached = one.returned || one.light ? Durability.ROUTED : confirmed;
            try {
                one.callback.published(one.context, outcome, reached, 0);
            } catch (RuntimeException e) {
                LOG.error("a publisher threw at its receipt", e);
            }
        }
    }

    void refuse(Outgoing one, Refusal refusal) {
        bound.leave(one.body.length);
        try {
            one.callback.refused(one.context, refusal);
        } catch (RuntimeException e) {
            LOG.error("a publisher threw at its refusal", e);
        }
    }
}
