package io.signalbox.client.application;

import io.signalbox.client.SignalboxClient;
import io.signalbox.client.spool.Publication;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells the others of this application: after each connection, and when its subscriptions change. Thread safe. */
final class Presence {
    private final Identity identity;
    private final SignalboxClient client;
    private final List<PresenceDocument.Wanted> wanted = new ArrayList<>();
    private long connectedAtMillis;
    private boolean online;
    private boolean underWay;
    private boolean changed;

    Presence(Identity identity, SignalboxClient client) {
        this.identity = identity;
        this.client = client;
    }

    void connected(long nowMillis) {
        synchronized (this) {
            online = true;
            connectedAtMillis = nowMillis;
            changed = true;
        }
        tell();
    }

    synchronized void disconnected() {
        online = false;
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
        PresenceDocument document;
        synchronized (this) {
            if (!online || underWay || !changed) {
                return;
            }
            underWay = true;
            changed = false;
            document = new PresenceDocument(
                    identity.uuid(),
                    identity.name(),
                    connectedAtMillis,
                    wanted.stream()
                            .distinct()
                            .limit(PresenceDocument.SUBSCRIPTIONS_MAX)
                            .toList());
        }
        Publication publication = client.publish(head(), document);
        var unused = publication.acknowledged().whenComplete((taken, failure) -> {
            synchronized (this) {
                underWay = false;
            }
            tell();
        });
    }

    private Message head() {
        return Message.to(Topic.ofMqtt(PresenceDocument.topic(identity)))
                .retain(true)
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

    /** @return done when the server has it; at once without a connection, where the will says it */
    CompletionStage<?> leave() {
        synchronized (this) {
            if (!online) {
                return CompletableFuture.completedStage(null);
            }
            online = false;
        }
        return client.publish(absence(identity)).acknowledged();
    }
}
