package io.signalbox.client.connection;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.reactivex.disposables.Disposable;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes by one connection, on that connection's thread. */
final class Incoming {
    private static final Logger LOGGER = LoggerFactory.getLogger(Incoming.class);

    private final LinkEvents events;
    private final Rejections rejections;
    private final TimeSource time;
    private final Disposable flow;
    private volatile boolean over;

    /** Listens before there is a connection: what waits at the server comes together with its answer. */
    Incoming(Mqtt5RxClient client, LinkEvents events, Rejections rejections, TimeSource time) {
        this.events = events;
        this.rejections = rejections;
        this.time = time;
        flow = client.publishes(MqttGlobalPublishFilter.ALL, true).subscribe(this::arrived, this::broken);
    }

    /** The connection is gone: what came by it is not settled any more. */
    void end() {
        over = true;
        flow.dispose();
    }

    /** What cannot be taken goes to the dead letters: an exception here would end all that comes. */
    private void arrived(Mqtt5Publish publish) {
        Settlement settlement = new Settlement(publish);
        try {
            Message message = IncomingPublish.message(publish, time.millis());
            events.arrived(message, IncomingPublish.sequence(publish), settlement);
        } catch (RuntimeException e) {
            LOGGER.error("a message at {} cannot be taken", publish.getTopic(), e);
            settlement.reject(true, String.valueOf(e.getMessage()));
        }
    }

    private void broken(Throwable ended) {
        if (!over) {
            LOGGER.debug("nothing more comes by this connection", ended);
        }
    }

    private final class Settlement implements LinkEvents.Settling {
        private final Mqtt5Publish publish;
        private final AtomicBoolean settled = new AtomicBoolean();

        Settlement(Mqtt5Publish publish) {
            this.publish = publish;
        }

        @Override
        public void accept() {
            if (settled.compareAndSet(false, true) && !over) {
                publish.acknowledge();
            }
        }

        @Override
        public void reject(boolean unreadable, String detail) {
            if (settled.compareAndSet(false, true) && !over) {
                if (publish.getQos().getCode() > 0) {
                    rejections.add(publish, unreadable, detail);
                }
                publish.acknowledge();
            }
        }

        @Override
        public boolean alive() {
            return !over;
        }
    }
}
