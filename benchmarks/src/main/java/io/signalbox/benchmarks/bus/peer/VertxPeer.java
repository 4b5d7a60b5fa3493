package io.signalbox.benchmarks.bus.peer;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumerOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The event bus of Vert.x without a cluster; the publisher is no thread of Vert.x. */
final class VertxPeer implements Peer {
    private static final String ADDRESS = "ticks";
    /** More than is ever on its way: what does not fit is dropped. */
    private static final int BUFFERED_MAX = 1 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final EventBus bus = vertx.eventBus();
    private final DeliveryOptions options =
            new DeliveryOptions().setLocalOnly(true).setCodecName(LocalCodec.NAME);

    VertxPeer(TickHandler handler) {
        bus.registerCodec(new LocalCodec<Tick>());
        bus.<Tick>consumer(
                new MessageConsumerOptions()
                        .setAddress(ADDRESS)
                        .setLocalOnly(true)
                        .setMaxBufferedMessages(BUFFERED_MAX),
                message -> handler.handle(message.body()));
    }

    @Override
    public void publish(Tick tick) {
        bus.publish(ADDRESS, tick, options);
    }

    @Override
    public void close() {
        close(vertx);
    }

    static void close(Vertx vertx) {
        try {
            vertx.close().await(10, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException("Vert.x did not close", late);
        }
    }
}
