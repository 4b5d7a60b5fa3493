package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.SessionInfo.State;
import io.signalbox.message.Guarantee;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.contract.Theme;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What becomes of sessions whose connections, or whose broker, went without a word. */
class ComingBackTest extends Theme {
    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture();
    }

    private EmbeddedBroker broker() {
        return (EmbeddedBroker) transport;
    }

    private State stateOf(String name) {
        return broker().session(name).orElseThrow().state();
    }

    @Test
    void whoWasConnectedWhenTheBrokerCrashedIsSuspectForTheGrace() throws Exception {
        durable("s", "a");
        durable("gone", "a").detach();
        barrier();
        crashAndOpen();
        assertThat(stateOf("s")).isEqualTo(State.SUSPECT);
        assertThat(stateOf("gone")).isEqualTo(State.OFFLINE);
        advance(Duration.ofSeconds(30));
        eventually(() -> stateOf("s") == State.OFFLINE);
    }

    @Test
    void nothingIsDroppedWhileItIsSuspectNotEvenAtMostOnce() {
        durable("s").subscribe(spec("a", Guarantee.AT_MOST_ONCE, 0)).drop();
        barrier();
        publish(to("a").payload("m0").guarantee(Guarantee.AT_MOST_ONCE).build());
        TestClient back = durable("s");
        back.received().awaitPayloads("m0");
        back.drop();
        barrier();
        publish(to("a").payload("m1").guarantee(Guarantee.AT_MOST_ONCE).build());
        advance(Duration.ofSeconds(30));
        eventually(() -> stateOf("s") == State.OFFLINE);
        TestClient late = durable("s");
        late.fence();
        assertThat(deliveredTo(late)).isEmpty();
        assertThat(broker().ledger().mismatches()).isEmpty();
    }

    @Test
    void aSessionThatWasToEndWithItsConnectionEndsWithACrash() throws Exception {
        durable("s", "a").detach();
        open(SessionOptions.durableSession("s").withExpiry(Duration.ZERO), SettleBehaviour.MANUAL);
        barrier();
        crashAndOpen();
        eventually(() -> broker().session("s").isEmpty());
        barrier();
        crashAndOpen();
        assertThat(broker().session("s")).isEmpty();
    }

    @Test
    void aCrashDoesNotKeepAShareGroupsMessagesWithAMemberThatStaysAway() throws Exception {
        TestClient lost = open(SessionOptions.durableSession("lost"), SettleBehaviour.MANUAL)
                .subscribe(spec("a").withShareGroup("g"));
        durable("staying").subscribe(spec("a").withShareGroup("g")).detach();
        publishMany("a", "m", 3);
        lost.received().awaitCount(3);
        barrier();
        crashAndOpen();
        TestClient staying = durable("staying");
        advanceUntilCount(staying, 3);
        staying.received().awaitPayloads("m0", "m1", "m2");
        staying.fence();
        assertThat(broker().ledger().mismatches()).isEmpty();
    }

    /** The log must not say that a member is gone before it says who has its messages now. */
    @Test
    void aCrashWhileAMemberIsRemovedLosesNothingOfItsGroup() throws Exception {
        TestClient leaving = open(SessionOptions.durableSession("leaving"), SettleBehaviour.MANUAL)
                .subscribe(spec("a").withShareGroup("g"));
        publishMany("a", "m", 3);
        leaving.received().awaitCount(3);
        durable("staying").subscribe(spec("a").withShareGroup("g"));
        CountDownLatch busy = new CountDownLatch(1);
        leaving.lane().execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        leaving.session().remove();
        barrier();
        crashAndOpen();
        busy.countDown();
        TestClient staying = durable("staying");
        advanceUntilCount(staying, 3);
        staying.received().awaitPayloads("m0", "m1", "m2");
    }

    @Test
    void aNameThatBeganAnewIsThereOnceAfterItsGroupGotTheOldMessages() throws Exception {
        TestClient old = open(SessionOptions.durableSession("s"), SettleBehaviour.MANUAL)
                .subscribe(spec("a").withShareGroup("g"));
        publishMany("a", "m", 3);
        old.received().awaitCount(3);
        TestClient staying = durable("staying");
        staying.subscribe(spec("a").withShareGroup("g"));
        open(SessionOptions.durableSession("s").withCleanStart(true), SettleBehaviour.MANUAL);
        staying.received().awaitPayloads("m0", "m1", "m2");
        barrier();
        crashAndOpen();
        assertThat(broker().sessions()).hasSize(2);
        assertThat(broker().session("s").orElseThrow().subscriptions()).isEmpty();
        assertThat(broker().ledger().mismatches()).isEmpty();
    }

    /** Ids of exactly-once deliveries are used again as soon as they are free. */
    @Test
    void anIdThatServedTwoDeliveriesLosesNeitherInACrash() throws Exception {
        TestClient first = open(SessionOptions.durableSession("s").withUnsettledMax(1), SettleBehaviour.MANUAL);
        first.subscribe(spec("a", Guarantee.EXACTLY_ONCE, 0));
        publish(to("a").payload("m0").guarantee(Guarantee.EXACTLY_ONCE).build());
        publish(to("a").payload("m1").guarantee(Guarantee.EXACTLY_ONCE).build());
        first.settle(
                first.received().awaitCount(1).getFirst(), new Settlement.Modified(Duration.ofSeconds(60), "later"));
        first.received().awaitPayloads("m0", "m1");
        barrier();
        crashAndOpen();
        TestClient second = durable("s");
        second.received().awaitCount(2);
        assertThat(deliveredTo(second)).containsExactlyInAnyOrder("m0", "m1");
    }

    @Test
    void whoIsAwayFailsNothing() throws Exception {
        SessionOptions options = SessionOptions.durableSession("s").withAckTimeout(Duration.ofSeconds(10));
        open(options, SettleBehaviour.MANUAL).subscribe("a");
        publish("a", "m");
        TestClient first = open(options, SettleBehaviour.MANUAL);
        first.received().awaitCount(1);
        first.drop();
        advance(Duration.ofMinutes(5));
        eventually(() -> stateOf("s") == State.OFFLINE);
        TestClient second = open(options, SettleBehaviour.MANUAL);
        assertThat(second.received().awaitCount(1).getFirst().deliveryCount()).isZero();
    }

    /** The second waits for credit that the new connection did not give, and for nothing else. */
    @Test
    void whatASmallerCreditHoldsBackDoesNotFail() {
        SessionOptions options = SessionOptions.durableSession("s").withAckTimeout(Duration.ofSeconds(10));
        TestClient first = open(options, SettleBehaviour.MANUAL).subscribe("a");
        publishMany("a", "m", 2);
        first.received().awaitCount(2);
        first.drop();
        advance(Duration.ofMinutes(5));
        eventually(() -> stateOf("s") == State.OFFLINE);
        TestClient second = open(options.withUnsettledMax(1), SettleBehaviour.MANUAL);
        second.received().awaitPayloads("m0");
        advance(Duration.ofSeconds(11));
        assertThat(second.received().awaitCount(2).get(1))
                .satisfies(delivery -> assertThat(delivery.deliveryCount()).isZero())
                .satisfies(
                        delivery -> assertThat(delivery.message().payloadText()).isEqualTo("m1"));
    }

    @Test
    void aMessageThatCannotBeReadBackIsCountedAsDropped() throws Exception {
        durable("s", "a").detach();
        publish("a", "m0");
        EmbeddedFixture embedded = (EmbeddedFixture) fixture;
        transport.close();
        for (String name : embedded.store.list()) {
            byte[] bytes = embedded.store.contents(name);
            int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("m0");
            if (at >= 0) {
                bytes[at] ^= 1;
                embedded.store.overwrite(name, bytes);
            }
        }
        transport = fixture.open();
        assertThat(broker().ledger().mismatches()).isEmpty();
        assertThat(broker().ledger().sessions().getFirst().dropped()).containsEntry("unreadable", 1L);
    }
}
