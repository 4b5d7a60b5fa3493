package io.signalbox.client.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.codec.Codecs;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectoryTest {
    private final List<Runnable> later = new ArrayList<>();
    private final Directory directory = new Directory(Identity.of("me"), Codecs.load(), later::add);
    private final List<String> events = new ArrayList<>();

    @BeforeEach
    void listen() {
        directory.onConnected(identity -> events.add("here " + identity.text()));
        directory.onDisconnected(identity -> events.add("gone " + identity.text()));
        directory.onSubscribed((uuid, topic, name) -> events.add("+" + uuid + " " + topic));
        directory.onUnsubscribed((uuid, topic, name) -> events.add("-" + uuid + " " + topic));
    }

    private void told(String uuid, String document) {
        directory.told(Message.to(Topic.ofMqtt("apps/" + uuid + "/presence/" + uuid))
                .payload(document)
                .properties(MessageProperties.builder()
                        .contentType("application/json")
                        .build())
                .build());
    }

    private static String document(String uuid, String subscriptions) {
        return "{\"uuid\":\"" + uuid + "\",\"name\":\"" + uuid + "\",\"connectedAt\":1,\"subscriptions\":["
                + subscriptions + "]}";
    }

    @Test
    void anApplicationComesChangesAndGoes() {
        told("a", document("a", ""));
        told("a", document("a", "{\"source\":\"me\",\"topic\":\"x/+/y\"},{\"source\":\"*\",\"topic\":\"all\"}"));
        told("a", document("a", "{\"source\":\"me/me\",\"topic\":\"z\"}"));
        told("a", "");
        assertThat(events).containsExactly("here a", "+a x.*.y", "+a z", "-a x.*.y", "-a z", "gone a");
        assertThat(directory.applications()).isEmpty();
    }

    @Test
    void theSameDocumentAgainIsNoNews() {
        told("a", document("a", "{\"source\":\"me\",\"topic\":\"x\"}"));
        told("a", document("a", "{\"source\":\"me\",\"topic\":\"x\"}"));
        assertThat(events).containsExactly("here a", "+a x");
    }

    @Test
    void whoDoesNotShowHimselfAgainInANewSessionHasGone() {
        told("a", document("a", ""));
        told("b", document("b", ""));
        directory.linkDown();
        directory.linkUp(false);
        assertThat(later).as("nothing shows yet that the server tells again").isEmpty();
        told("b", document("b", ""));
        told("me", document("me", ""));
        assertThat(later).hasSize(1);
        later.getFirst().run();
        assertThat(events).containsExactly("here a", "here b", "gone a");
        assertThat(directory.applications()).containsExactly(Identity.of("b"), Identity.of("me"));
    }

    @Test
    void aSessionThatGoesOnNeedsNobodyToShowHimselfAgain() {
        told("a", document("a", ""));
        directory.linkDown();
        directory.linkUp(true);
        told("b", document("b", ""));
        assertThat(later).isEmpty();
    }

    @Test
    void whatWasToBeSettledInALostConnectionIsSettledInTheNext() {
        told("a", document("a", ""));
        directory.linkDown();
        directory.linkUp(false);
        told("me", document("me", ""));
        directory.linkDown();
        directory.linkUp(false);
        later.getFirst().run();
        assertThat(events).as("that connection's time does not count").containsExactly("here a");
        told("me", document("me", ""));
        told("a", document("a", ""));
        later.getLast().run();
        assertThat(events).containsExactly("here a");
    }

    @Test
    void whatIsNoSubscriptionInADocumentIsLeftOut() {
        told("a", document("a", "null,{},{\"source\":\"me\"},{\"source\":\"me\",\"topic\":\"x\"}"));
        told("a", "{\"subscriptions\":null}");
        told("a", "");
        assertThat(events).containsExactly("here a", "+a x", "-a x", "gone a");
    }

    @Test
    void oneselfIsThereButNoNews() {
        told("me", document("me", ""));
        assertThat(events).isEmpty();
        assertThat(directory.applications()).containsExactly(Identity.of("me"));
    }

    @Test
    void whatIsNoDocumentChangesNothing() {
        told("a", "no json");
        told("a", "[1]");
        told("all", document("all", ""));
        assertThat(events).isEmpty();
        assertThat(directory.applications()).isEmpty();
    }
}
