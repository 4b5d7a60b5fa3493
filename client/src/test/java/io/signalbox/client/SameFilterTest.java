package io.signalbox.client;

import static io.signalbox.client.ClientFixture.GONE;
import static io.signalbox.client.ClientFixture.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.connection.WireFilter;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Several subscriptions of one client to one filter, and to filters that overlap. */
class SameFilterTest {
    private static Subscription subscribe(ClientFixture it, SubscribeOptions options) {
        return it.client.subscribe(options, Message.class, r -> {});
    }

    private static void assertNotBeside(ThrowingCallable second, String because) {
        assertThatThrownBy(second)
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.NOT_SUPPORTED))
                .hasMessageContaining(because);
    }

    @Test
    void theServerIsAskedAgainForTheHighestQosAndForWhatIsRetained() {
        try (ClientFixture it = new ClientFixture().connected()) {
            SubscribeOptions bare = SubscribeOptions.to("a").withQos(0).withRetained(false);
            join(subscribe(it, bare).granted());
            join(subscribe(it, bare).granted());
            assertThat(it.server.subscribes()).as("nothing more is wanted").hasSize(1);
            join(subscribe(it, bare.withQos(2)).granted());
            join(subscribe(it, bare.withRetained(true)).granted());
            assertThat(it.server.subscribes())
                    .extracting(packet -> packet.getFirst())
                    .containsExactly(
                            new WireFilter("a", 0, null, null, false, false),
                            new WireFilter("a", 2, null, null, false, false),
                            new WireFilter("a", 2, null, null, true, false));
        }
    }

    @Test
    void whatMoreIsWantedOfflineIsAskedForAtTheNextConnectionThoughTheSessionIsThere() {
        try (ClientFixture it = new ClientFixture().connected()) {
            join(subscribe(it, SubscribeOptions.to("a").withQos(0)).granted());
            it.server.down(GONE);
            await().until(() -> it.client.offlineSince().isPresent());
            Subscription more = subscribe(it, SubscribeOptions.to("a").withQos(1));
            it.server.up();
            join(more.granted());
            assertThat(it.server.subscribes().getLast().getFirst().qos()).isEqualTo(1);
        }
    }

    @Test
    void theLastOneLeaves() {
        try (ClientFixture it = new ClientFixture().connected()) {
            Subscription one = subscribe(it, SubscribeOptions.to("a"));
            Subscription two = subscribe(it, SubscribeOptions.to("a"));
            one.close();
            assertThat(it.server.unsubscribes()).isEmpty();
            two.close();
            assertThat(it.server.unsubscribes()).hasSize(1);
        }
    }

    @Test
    void onesPastOrNoLocalCannotBeHadBesideAnother() {
        try (ClientFixture it = new ClientFixture().connected()) {
            Subscription first = subscribe(it, SubscribeOptions.to("a"));
            assertNotBeside(() -> subscribe(it, SubscribeOptions.to("a").from("all")), "'from' would bring its past");
            assertNotBeside(
                    () -> subscribe(it, SubscribeOptions.to("a").withNoLocal(true)), "noLocal holds for all of them");
            first.close();
            join(subscribe(it, SubscribeOptions.to("a").from("all")).granted());
        }
    }

    @Test
    void aGroupsShareCannotBeHadBesideWhatWouldBringTheSameMessages() {
        try (ClientFixture it = new ClientFixture().connected()) {
            Subscription first = subscribe(it, SubscribeOptions.to("jobs/+").sharedBy("g"));
            assertNotBeside(() -> subscribe(it, SubscribeOptions.to("jobs/print")), "use another client");
            assertNotBeside(() -> subscribe(it, SubscribeOptions.to("jobs/+").sharedBy("h")), "use another client");
            join(subscribe(it, SubscribeOptions.to("jobs/+").sharedBy("g")).granted());
            join(subscribe(it, SubscribeOptions.to("other/#")).granted());
            assertNotBeside(() -> subscribe(it, SubscribeOptions.to("other/x").sharedBy("g")), "use another client");
            first.close();
        }
    }

    @Test
    void leavingAndComingBackIsHeardInThisOrder() throws InterruptedException {
        try (ClientFixture it = new ClientFixture().connected()) {
            for (int i = 0; i < 200; i++) {
                Subscription old = subscribe(it, SubscribeOptions.to("a"));
                join(old.granted());
                Thread closing = Thread.ofVirtual().start(old::close);
                Subscription fresh = subscribe(it, SubscribeOptions.to("a"));
                closing.join();
                join(fresh.granted());
                assertThat(it.server.session()).as("round " + i).containsExactly("a");
                fresh.close();
            }
        }
    }
}
