package io.signalbox.client.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.connection.LinkEvents.Settling;
import io.signalbox.client.subscribe.Received;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final List<Runnable> later = new ArrayList<>();
    private final List<String> settled = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Inbox inbox = new Inbox(new Identity("me", "left"), later::add);

    private void sent(String payload) {
        sent("apps/me/inbox/orders/new", "me", payload);
    }

    private void sent(String topic, @Nullable String to, String payload) {
        Message message = Message.to(Topic.ofMqtt(topic))
                .payload(payload)
                .properties(MessageProperties.builder().from("you").to(to).build())
                .build();
        inbox.arrived(new Received<>(message, message, new Settling() {
            @Override
            public void accept() {
                settled.add("accepted " + payload);
            }

            @Override
            public void reject(boolean unreadable, String detail) {
                settled.add(payload + ": " + detail);
            }

            @Override
            public boolean alive() {
                return true;
            }
        }));
    }

    private void listen(String source) {
        inbox.add(new BusSubscription<>(
                Source.application(source),
                TopicFilter.ofNative("orders.*"),
                Message.class,
                ClientConfig.to("mqtt://localhost").build(),
                (message, sender, context) -> heard.add(message.payloadText()),
                closed -> {}));
    }

    @Test
    void whatNobodyListensToYetWaitsForItsListener() {
        sent("1");
        sent("2");
        listen("somebody else");
        assertThat(settled).isEmpty();
        listen("you");
        sent("3");
        await().until(() -> settled.size() == 3);
        assertThat(heard).containsExactly("1", "2", "3");
        assertThat(settled).containsExactly("accepted 1", "accepted 2", "accepted 3");
        later.forEach(Runnable::run);
        assertThat(settled).hasSize(3);
    }

    @Test
    void whatNobodyListensToForLongIsRejected() {
        sent("1");
        later.forEach(Runnable::run);
        assertThat(settled).containsExactly("1: this application has no listener for it");
    }

    @Test
    void whatIsSentToAWindowHasATopicOfItsOwn() {
        Topic topic = Topic.ofNative("orders.new");
        assertThat(Inbox.topic("me", topic).text()).isEqualTo("apps/me/inbox/orders/new");
        assertThat(Inbox.topic(new Identity("me", "left"), topic).text())
                .isEqualTo("apps/me/windows/left/inbox/orders/new");
        assertThat(Inbox.topic(Identity.of("me"), topic).text()).isEqualTo("apps/me/inbox/orders/new");
        assertThat(inbox.filters()).containsExactly("apps/me/inbox/#", "apps/me/windows/left/inbox/#");
        assertThat(new Inbox(Identity.of("me"), later::add).filters()).containsExactly("apps/me/inbox/#");
    }

    @Test
    void aWindowHearsWhatIsSentToItAndToAllOfItsApplication() {
        listen("you");
        sent("apps/me/windows/left/inbox/orders/new", "me/left", "1");
        sent("apps/me/inbox/orders/new", "me", "2");
        sent("apps/me/inbox/orders/new", null, "3");
        assertThat(heard).containsExactly("1", "2", "3");
        assertThat(settled).containsExactly("accepted 1", "accepted 2", "accepted 3");
    }

    @Test
    void whatAnEarlierVersionSentToAnotherWindowIsNotHeard() {
        listen("you");
        sent("apps/me/inbox/orders/new", "me/right", "1");
        sent("apps/me/inbox/orders/new", "me/left", "2");
        assertThat(heard).containsExactly("2");
        assertThat(settled).containsExactly("accepted 1", "accepted 2");
    }

    @Test
    void onlySoManyWait() {
        IntStream.rangeClosed(1, Inbox.WAITING_MAX + 1).forEach(n -> sent("" + n));
        assertThat(settled).containsExactly(Inbox.WAITING_MAX + 1 + ": this application has no listener for it");
    }
}
