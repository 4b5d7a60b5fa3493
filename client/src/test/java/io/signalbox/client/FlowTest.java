package io.signalbox.client;

import static io.signalbox.client.ClientFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.fake.FakeServer.FakeSettling;
import io.signalbox.client.subscribe.Received;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlowTest {
    private static final class Probe implements Flow.Subscriber<Received<Message>> {
        final List<Received<Message>> seen = new CopyOnWriteArrayList<>();
        final AtomicReference<Flow.Subscription> subscription = new AtomicReference<>();
        final List<String> ends = new CopyOnWriteArrayList<>();

        @Override
        public void onSubscribe(Flow.Subscription value) {
            subscription.set(value);
        }

        @Override
        public void onNext(Received<Message> item) {
            seen.add(item);
        }

        @Override
        public void onError(Throwable why) {
            ends.add("error: " + why.getMessage());
        }

        @Override
        public void onComplete() {
            ends.add("complete");
        }

        void request(long count) {
            subscription.get().request(count);
        }
    }

    private static Probe subscribed(ClientFixture it) {
        Probe probe = new Probe();
        it.client.publisher(SubscribeOptions.to("a"), Message.class).subscribe(probe);
        await().until(() -> it.server.subscribes().size() == 1);
        return probe;
    }

    @Test
    void onlyWhatIsRequestedIsHandedOut() {
        try (ClientFixture it = new ClientFixture().connected()) {
            Probe probe = subscribed(it);
            IntStream.range(0, 10).forEach(n -> it.server.deliver(json("a", "" + n)));
            probe.request(3);
            await().until(() -> probe.seen.size() == 3);
            probe.request(1);
            await().until(() -> probe.seen.size() == 4);
            assertThat(it.server.settlings()).extracting(FakeSettling::outcome).containsOnly("");
            probe.seen.getFirst().accept();
            assertThat(it.server.settlings().getFirst().outcome()).isEqualTo("accepted");
        }
    }

    @Test
    void nothingComesAfterItWasCancelled() {
        try (ClientFixture it = new ClientFixture().connected()) {
            Probe probe = subscribed(it);
            probe.request(Long.MAX_VALUE);
            it.server.deliver(json("a", "1"));
            await().until(() -> probe.seen.size() == 1);
            probe.subscription.get().cancel();
            assertThat(it.server.unsubscribes()).hasSize(1);
            List<String> others = new CopyOnWriteArrayList<>();
            it.client.subscribe("a", Message.class, r -> others.add(r.topic()));
            it.server.deliver(json("a", "2"));
            await().until(() -> others.size() == 1);
            assertThat(probe.seen).hasSize(1);
            assertThat(probe.ends).isEmpty();
        }
    }

    @Test
    void aRequestOfNothingIsAnError() {
        try (ClientFixture it = new ClientFixture().connected()) {
            Probe probe = subscribed(it);
            probe.request(0);
            assertThat(probe.ends).singleElement().asString().contains("must be above zero");
        }
    }

    @Test
    void itCompletesWithItsClient() {
        ClientFixture it = new ClientFixture().connected();
        Probe probe = subscribed(it);
        it.close();
        assertThat(probe.ends).containsExactly("complete");
    }

    @Test
    void aRefusalIsAnError() {
        try (ClientFixture it = new ClientFixture().connected()) {
            it.server.grant(filter -> new Refusal(ReasonCode.NOT_AUTHORIZED, "not yours"));
            Probe probe = subscribed(it);
            await().until(() -> probe.ends.equals(List.of("error: not yours")));
        }
    }

    @Test
    void whatCannotBeHadIsAnErrorAndNoException() {
        try (ClientFixture it = new ClientFixture().connected()) {
            Probe first = subscribed(it);
            Probe second = new Probe();
            it.client
                    .publisher(SubscribeOptions.to("a").from("all"), Message.class)
                    .subscribe(second);
            assertThat(second.ends).singleElement().asString().startsWith("error: this client has a subscription");
            assertThat(first.ends).isEmpty();
        }
    }
}
