package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.signalbox.transports.connection.Connector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection to publish on, with a channel for what must arrive and one for what need not; both with confirms. */
final class PublishChannels {
    private final Connections.Wire wire;
    private final Connector.Lost lost;
    private final Channel heavy;
    private final Channel light;
    private final Confirms heavyConfirms;
    private final Confirms lightConfirms;
    private volatile boolean failedByItself;
    private volatile @Nullable String heldBack;
    private volatile long readsSinceNanos = System.nanoTime();

    PublishChannels(Connections.Wire wire, int unconfirmedMax, Publisher publisher, Connector.Lost lost)
            throws IOException {
        this.wire = wire;
        this.lost = lost;
        wire.connection().addBlockedListener(reason -> heldBack = reason, () -> {
            readsSinceNanos = System.nanoTime();
            heldBack = null;
        });
        heavyConfirms = new Confirms(unconfirmedMax);
        lightConfirms = new Confirms(unconfirmedMax);
        heavy = open(heavyConfirms, publisher);
        light = open(lightConfirms, publisher);
    }

    private Channel open(Confirms confirms, Publisher publisher) throws IOException {
        Channel channel = wire.connection().createChannel();
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
                (tag, multiple) -> publisher.notTaken(confirms.take(tag, multiple)));
        channel.confirmSelect();
        return channel;
    }

    private void ended(ShutdownSignalException cause) {
        failedByItself |= !cause.isHardError() && !cause.isInitiatedByApplication();
        lost.because(cause);
    }

    Connections.Wire wire() {
        return wire;
    }

    /** Null, or why the server reads nothing that is published: an alarm of its memory or disk. */
    @Nullable
    String heldBack() {
        return heldBack;
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

    /** How long the oldest publish has been waiting for a confirm while the server read. */
    long oldestNanos() {
        if (heldBack != null) {
            return 0;
        }
        long now = System.nanoTime();
        long oldest = Math.max(heavyConfirms.oldestNanos(now), lightConfirms.oldestNanos(now));
        return Math.min(oldest, now - readsSinceNanos);
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
