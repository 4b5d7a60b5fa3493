package io.signalbox.client.spool;

import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkUser;
import io.signalbox.client.connection.RefusedException;
import io.signalbox.client.lane.Lane;
import io.signalbox.client.spool.Publication.Acknowledged;
import io.signalbox.client.spool.Publication.Spooled;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Refusal;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * QoS 0: goes now or not at all. Its first stage says that it was handed to the connection, its second that the
 * connection wrote it.
 */
public final class Unspooled implements LinkUser {
    private static final int OPEN_MAX = 10_000;

    private final TimeSource time;
    private final Lane lane;
    private final Set<Sending> open = new LinkedHashSet<>();
    private @Nullable Link link;

    public Unspooled(TimeSource time, Lane lane) {
        this.time = time;
        this.lane = lane;
    }

    @Override
    public synchronized void linkUp(Link value) {
        link = value;
    }

    @Override
    public void linkDown() {
        Set<Sending> lost;
        synchronized (this) {
            link = null;
            lost = new LinkedHashSet<>(open);
            open.clear();
        }
        SignalboxException why =
                new SignalboxException(ReasonCode.CLOSED, "the connection was lost while a QoS 0 message was written");
        lane.execute(() -> lost.forEach(sending -> sending.publication.fail(why)));
    }

    public Publication publish(Message message) {
        Sending sending = new Sending();
        Link current;
        synchronized (this) {
            current = link;
            if (current == null) {
                return TrackedPublication.failed(new OfflineException());
            }
            if (open.size() >= OPEN_MAX || lane.isFull()) {
                return TrackedPublication.failed(
                        new SignalboxException(
                                ReasonCode.BUSY,
                                OPEN_MAX
                                        + " QoS 0 messages wait for the connection, or the application's callbacks are behind"));
            }
            open.add(sending);
        }
        sending.publication.spooled(new Spooled(0, "", false));
        current.publish(message, time.millis(), sending);
        return sending.publication;
    }

    private synchronized boolean end(Sending sending) {
        return open.remove(sending);
    }

    private final class Sending implements Link.Answer {
        private final TrackedPublication publication = new TrackedPublication();

        @Override
        public void taken(boolean subscribers) {
            if (end(this)) {
                lane.execute(() -> publication.acknowledged(new Acknowledged(true)));
            }
        }

        @Override
        public void refused(Refusal refusal, boolean again) {
            if (end(this)) {
                lane.execute(() -> publication.fail(new RefusedException(refusal)));
            }
        }
    }
}
