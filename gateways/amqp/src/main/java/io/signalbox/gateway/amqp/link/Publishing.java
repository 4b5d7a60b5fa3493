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

    /** Null: taken. Written before it is handed to {@link Answers}. */
    @Nullable
    Refusal refusal;

    Publishing(IncomingLink link, IncomingDelivery delivery, int bytes, Answers answers) {
        this.link = link;
        this.delivery = delivery;
        this.bytes = bytes;
        this.answers = answers;
    }

    @Override
    public void published(long context, Receipt.Outcome outcome, Durability reached, long sequence) {
        answers.add(this);
    }

    @Override
    public void refused(long context, Refusal why) {
        refusal = why;
        answers.add(this);
    }
}
