package io.signalbox.gateway.amqp.link;

import io.signalbox.transport.Durability;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.jspecify.annotations.Nullable;

/** One message on its way from a link to the transport; the transport's answer brings it back to the link's loop. */
final class Publishing implements PublishCallback {
    final IncomingLink link;
    final IncomingDelivery delivery;
    final int bytes;
    private final Answers answers;

    /** Where it goes. */
    Destination.@Nullable Place place;

    /** At least once. Of what may be lost, who is away gets nothing, be it a queue that is there. */
    boolean kept;

    /** Null: taken. Written before it is handed to {@link Answers}. */
    @Nullable
    Refusal refusal;

    /** Taken, and nobody gets it. Likewise. */
    private boolean missed;

    Publishing(IncomingLink link, IncomingDelivery delivery, int bytes, Answers answers) {
        this.link = link;
        this.delivery = delivery;
        this.bytes = bytes;
        this.answers = answers;
    }

    @Override
    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
        missed = outcome == Receipt.Outcome.NO_SUBSCRIBERS;
        answers.add(this);
    }

    /** The queue that it is for, if that did not get it, and so is gone, as far as the transport knows. On the loop. */
    Destination.@Nullable Place missingQueue() {
        return missed && kept && place != null && place.isQueue() ? place : null;
    }

    @Override
    public void refused(long context, Refusal why) {
        refusal = why;
        answers.add(this);
    }
}
