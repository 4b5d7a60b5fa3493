package io.signalbox.gateway.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.Frames;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBufferAllocator;
import org.apache.qpid.protonj2.engine.Connection;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.Receiver;
import org.junit.jupiter.api.Test;

/** The engine keeps what is unsettled on a link for as long as its session lasts, unless it was settled. */
class QuietTest {
    private static final String SETTLED_BY_SENDER = Frames.amqp(0, "00 53 15 c0 05 04 42 43 43 41");

    private final Engine engine = EngineFactory.PROTON.createNonSaslEngine();
    private final Quiet quiet = new Quiet();
    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicInteger updates = new AtomicInteger();
    private final AtomicReference<Receiver> receiver = new AtomicReference<>();

    private void feed(String... hex) {
        engine.ingest(ProtonByteArrayBufferAllocator.wrapped(Frames.bytes(hex)));
    }

    private Receiver attached() {
        engine.pipeline().addFirst("quiet", quiet);
        engine.outputHandler((buffer, written) -> {
            frames.incrementAndGet();
            buffer.close();
        });
        engine.errorHandler(failed -> {});
        Connection connection = engine.start();
        connection.openHandler(c -> c.open());
        connection.sessionOpenHandler(session -> session.open());
        connection.receiverOpenHandler(link -> {
            link.deliveryStateUpdatedHandler(delivery -> updates.incrementAndGet());
            link.open();
            link.addCredit(10);
            receiver.set(link);
        });
        feed(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER, Frames.transfer(0));
        return receiver.get();
    }

    @Test
    void withoutItADeliveryOutlivesItsLink() {
        Receiver link = attached();
        feed(Frames.DETACH);
        link.close();
        feed(SETTLED_BY_SENDER);
        assertThat(updates).as("still known, though the link is gone").hasValue(1);
    }

    @Test
    void whatIsSettledQuietlyIsForgottenAndNotSent() {
        Receiver link = attached();
        int before = frames.get();
        quiet.settleAll(link, true);
        assertThat(frames).hasValue(before);
        assertThat(link.hasUnsettled()).isFalse();
        feed(Frames.DETACH);
        link.close();
        feed(SETTLED_BY_SENDER);
        assertThat(updates).hasValue(0);
    }
}
