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

    /** What was accepted for a queue is kept, so there is none. On the loop. */
    boolean isForQueueThatIsGone() {
        return missed && place != null && place.isQueueThatIsGone();
    }

    @Override
    public void refused(long context, Refusal why) {
        refusal = why;
        answers.add(this);
    }
}
