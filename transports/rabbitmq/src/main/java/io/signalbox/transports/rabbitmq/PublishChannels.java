package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.signalbox.transports.connection.Connector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A connection to publish on, with a channel for what must arrive and one for what need not; both with confirms. */
final class PublishChannels {
    private final Connection connection;
    private final Connector.Lost lost;
    private final Channel heavy;
    private final Channel light;
    private final Confirms heavyConfirms;
    private final Confirms lightConfirms;
    private volatile boolean failedByItself;

    PublishChannels(Connection connection, int unconfirmedMax, Publisher publisher, Connector.Lost lost)
            throws IOException {
        this.connection = connection;
        this.lost = lost;
        heavyConfirms = new Confirms(unconfirmedMax);
        lightConfirms = new Confirms(unconfirmedMax);
        heavy = open(heavyConfirms, publisher);
        light = open(lightConfirms, publisher);
    }

    private Channel open(Confirms confirms, Publisher publisher) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the connection has no channel left");
        }
        channel.addShutdownListener(this::ended);
        channel.addReturnListener(returned -> {
            Origin origin = Origin.of(returned.getProperties());
            if (origin != null) {
                confirms.returned(origin.number());
            }
        });
        channel.addConfirmListener(
                (tag, multiple) -> publisher.confirmed(confirms.take(tag, multiple)),
                (tag, multiple) -> publisher.refused(confirms.take(tag, multiple)));
        channel.confirmSelect();
        return channel;
    }

    private void ended(ShutdownSignalException cause) {
        failedByItself |= !cause.isHardError() && !cause.isInitiatedByApplication();
        lost.because(cause);
    }

    Connection connection() {
        return connection;
    }

    Connector.Lost lost() {
        return lost;
    }

    /** The server closed a channel and not the connection: because of something that was published. */
    boolean failedByItself() {
        return failedByItself;
    }

    Channel channel(boolean isLight) {
        return isLight ? light : heavy;
    }

    Confirms confirms(boolean isLight) {
        return isLight ? lightConfirms : heavyConfirms;
    }

    long oldestNanos() {
        long now = System.nanoTime();
        return Math.max(heavyConfirms.oldestNanos(now), lightConfirms.oldestNanos(now));
    }

    boolean isEmpty() {
        return heavyConfirms.isEmpty() && lightConfirms.isEmpty();
    }

    List<Outgoing> takeUnconfirmed() {
        List<Outgoing> all = new ArrayList<>(heavyConfirms.takeAll());
        all.addAll(lightConfirms.takeAll());
        return all;
    }
}
