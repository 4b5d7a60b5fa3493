package io.signalbox.client.application;

import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkUser;
import io.signalbox.codec.MessageCodec;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the others of this application: after each connection, and when its subscriptions change. Directly over the
 * connection: what an earlier process or an hour offline has left in the spool must not come before it. Thread safe.
 */
final class Presence implements LinkUser {
    private static final Logger LOGGER = LoggerFactory.getLogger(Presence.class);
    private static final long PAUSE_MILLIS_MAX = 60_000;
    private static final int DOUBLINGS_MAX = 6;

    private final Identity identity;
    private final MessageCodec codecs;
    private final TimeSource time;
    private final BiConsumer<Long, Runnable> later;
    private final List<PresenceDocument.Wanted> wanted = new ArrayList<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private @Nullable Link link;
    private long connectedAtMillis;
    private boolean underWay;
    private boolean changed;
    private boolean leaving;
    private int failures;

    /**
     * @param later runs something after so many milliseconds
     * @throws io.signalbox.codec.CodecException if there is no codec for JSON
     */
    Presence(Identity identity, MessageCodec codecs, TimeSource time, BiConsumer<Long, Runnable> later) {
        this.identity = identity;
        this.codecs = codecs;
        this.time = time;
        this.later = later;
        Message unused = codecs.encode(head(), document());
    }

    @Override
    public void linkUp(Link value) {
        synchronized (this) {
            link = value;
            connectedAtMillis = time.millis();
            underWay = false;
            changed = true;
            failures = 0;
        }
        tell();
    }

    @Override
    public synchronized void linkDown() {
        link = null;
    }

    void add(Source source, String filter) {
        synchronized (this) {
            wanted.add(new PresenceDocument.Wanted(source.text(), filter));
            changed = true;
        }
        tell();
    }

    void remove(Source source, String filter) {
        synchronized (this) {
            wanted.remove(new PresenceDocument.Wanted(source.text(), filter));
            changed = true;
        }
        tell();
    }

    /** At most one is under way: what changes meanwhile goes together with the next. */
    private void tell() {
        Link to;
        Message news;
        synchronized (this) {
            to = link;
            if (to == null || underWay || !changed) {
                return;
            }
            underWay = true;
            changed = false;
            news = leaving ? absence(identity) : codecs.encode(head(), document());
        }
        to.publish(news, time.millis(), new Telling(to));
    }

    private PresenceDocument document() {
        List<PresenceDocument.@Nullable Wanted> announced = new ArrayList<>();
        wanted.stream().distinct().limit(PresenceDocument.SUBSCRIPTIONS_MAX).forEach(announced::add);
        return new PresenceDocument(identity.uuid(), identity.name(), connectedAtMillis, announced);
    }

    private Message head() {
        return absence(identity).toBuilder()
                .properties(MessageProperties.builder()
                        .from(identity.text())
                        .contentType("application/json")
                        .build())
                .build();
    }

    /** The empty document: the will of a connection that is lost, and the last word of one that is closed. */
    static Message absence(Identity identity) {
        return Message.to(Topic.ofMqtt(PresenceDocument.topic(identity)))
                .retain(true)
                .build();
    }

    /** @return done when the server has it, at this connection or the next; else the will has to say it */
    CompletionStage<Void> leave() {
        synchronized (this) {
            leaving = true;
            changed = true;
        }
        tell();
        return gone;
    }

    /** What the server says of one document. */
    private final class Telling implements Link.Answer {
        private final Link by;

        Telling(Link by) {
            this.by = by;
        }

        @Override
        public void taken(boolean subscribers) {
            boolean left;
            synchronized (Presence.this) {
                if (link != by) {
                    return;
                }
                underWay = false;
                failures = 0;
                left = leaving && !changed;
            }
            if (left) {
                gone.complete(null);
            }
            tell();
        }

        @Override
        public void refused(Refusal refusal, boolean again) {
            long pauseMillis;
            synchronized (Presence.this) {
                if (link != by) {
                    return;
                }
                underWay = false;
                changed = true;
                pauseMillis = Math.min(1_000L << Math.min(failures, DOUBLINGS_MAX), PAUSE_MILLIS_MAX);
                failures++;
            }
            LOGGER.warn(
                    "the server refuses that {} is here ({}); again in {} ms", identity.text(), refusal, pauseMillis);
            later.accept(pauseMillis, Presence.this::tell);
        }
    }
}
