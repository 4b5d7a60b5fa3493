package io.signalbox.benchmarks.bus.peer;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;

/** A request over the event bus of Vert.x, and its reply; the caller is no thread of Vert.x and waits. */
final class VertxCommands implements CommandBus {
    private static final String ADDRESS = "sums";

    private final Vertx vertx = Vertx.vertx();
    private final EventBus bus = vertx.eventBus();
    private final DeliveryOptions options =
            new DeliveryOptions().setLocalOnly(true).setCodecName(LocalCodec.NAME);

    VertxCommands() {
        bus.registerCodec(new LocalCodec<Sum>());
        bus.<Sum>localConsumer(ADDRESS)
                .handler(message -> message.reply(message.body().answer()));
    }

    @Override
    public int execute(Sum command) {
        return bus.<Integer>request(ADDRESS, command, options).await().body();
    }

    @Override
    public void close() {
        VertxPeer.close(vertx);
    }
}
