package io.signalbox.benchmarks.bus.peer;

import java.util.concurrent.LinkedBlockingQueue;
import net.engio.mbassy.bus.MBassador;
import net.engio.mbassy.bus.config.BusConfiguration;
import net.engio.mbassy.bus.config.Feature;
import net.engio.mbassy.bus.error.IPublicationErrorHandler;
import net.engio.mbassy.listener.Handler;
import net.engio.mbassy.listener.Listener;
import net.engio.mbassy.listener.References;

/** MBassador; asynchronous with one dispatcher, which was quicker here than its default of two. */
final class MbassadorPeer implements Peer {
    private final MBassador<Tick> bus;
    private final boolean async;

    /** Listeners are held weakly otherwise. */
    @Listener(references = References.Strong)
    public static final class Receiver {
        private final TickHandler handler;

        Receiver(TickHandler handler) {
            this.handler = handler;
        }

        @Handler
        public void tick(Tick tick) {
            handler.handle(tick);
        }
    }

    private MbassadorPeer(TickHandler handler, boolean async) {
        this.async = async;
        bus = new MBassador<>(new BusConfiguration()
                .addFeature(Feature.SyncPubSub.Default())
                .addFeature(Feature.AsynchronousHandlerInvocation.Default(1, 1))
                .addFeature(Feature.AsynchronousMessageDispatch.Default()
                        .setNumberOfMessageDispatchers(1)
                        .setMessageQueue(new LinkedBlockingQueue<>()))
                .addPublicationErrorHandler(new IPublicationErrorHandler.ConsoleLogger()));
        bus.subscribe(new Receiver(handler));
    }

    static Peer sync(TickHandler handler) {
        return new MbassadorPeer(handler, false);
    }

    static Peer async(TickHandler handler) {
        return new MbassadorPeer(handler, true);
    }

    @Override
    public void publish(Tick tick) {
        if (async) {
            bus.publishAsync(tick);
        } else {
            bus.publish(tick);
        }
    }

    @Override
    public void close() {
        bus.shutdown();
    }
}
