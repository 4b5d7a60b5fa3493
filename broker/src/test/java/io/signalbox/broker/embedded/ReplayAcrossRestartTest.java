package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.contract.Theme;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A past that was asked for comes, whatever happens to the broker meanwhile. */
class ReplayAcrossRestartTest extends Theme {
    private static final int PAST = 3_000;
    private static final int SETTLED = 7;

    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture();
    }

    private EmbeddedBroker broker() {
        return (EmbeddedBroker) transport;
    }

    private List<String> cutShort(StartPosition start) {
        return cutShort(start, 5);
    }

    private List<String> cutShort(StartPosition start, int live) {
        publishMany("a", "m", PAST);
        TestClient first = open(SessionOptions.durableSession("s").withUnsettledMax(10), SettleBehaviour.MANUAL);
        first.subscribe(spec("a").withStart(start, 0));
        for (Delivery delivery : first.received().awaitCount(10).subList(0, SETTLED)) {
            first.settle(delivery, Settlement.ACCEPTED);
        }
        first.received().awaitCount(10 + SETTLED);
        first.flush();
        publishMany("a", "live", live);
        barrier();
        List<String> expected = new ArrayList<>(numbered("m", PAST));
        expected.addAll(numbered("live", live));
        return expected;
    }

    private void assertGoesOn(List<String> expected) {
        TestClient second = durable("s");
        second.received().awaitCount(expected.size());
        second.fence();
        assertThat(deliveredTo(second)).isEqualTo(expected);
        assertThat(broker().ledger().mismatches()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReplayGoesOnWhereItStoppedAfterTheBrokerDid(boolean crash) throws Exception {
        List<String> all = cutShort(StartPosition.ALL);
        if (crash) {
            crashAndOpen();
        } else {
            restart();
        }
        assertGoesOn(all.subList(SETTLED, all.size()));
        // What is done is done: nothing of it comes again.
        barrier();
        crashAndOpen();
        assertGoesOn(List.of());
    }

    @Test
    void theLastOnesAreThoseThatWereTheLastWhenTheyWereAskedFor() throws Exception {
        List<String> all = cutShort(new StartPosition.Last(100), 50);
        crashAndOpen();
        assertGoesOn(all.subList(PAST - 100 + SETTLED, all.size()));
    }

    @Test
    void asAskedForAgainItGoesOnFromThere() throws Exception {
        List<String> all = cutShort(StartPosition.ALL);
        TestClient again = open(SessionOptions.durableSession("s").withUnsettledMax(1), SettleBehaviour.MANUAL);
        again.subscribe(spec("a").withStart(new StartPosition.Last(50), 0));
        barrier();
        crashAndOpen();
        TestClient second = durable("s");
        second.received().awaitCount(50);
        second.fence();
        assertThat(deliveredTo(second)).containsSubsequence(all.subList(all.size() - 50, all.size()));
    }

    @Test
    void anEndedSubscriptionDoesNotGoOn() throws Exception {
        cutShort(StartPosition.ALL);
        TestClient again = open(SessionOptions.durableSession("s").withUnsettledMax(10), SettleBehaviour.MANUAL);
        again.unsubscribe("a");
        barrier();
        crashAndOpen();
        TestClient second = durable("s");
        second.fence();
        assertThat(deliveredTo(second)).doesNotContain("m100");
    }

    @Test
    void itsPaceGoesOnToo() throws Exception {
        publish("a", "m0");
        advance(Duration.ofHours(1));
        publish("a", "m1");
        advance(Duration.ofHours(1));
        publish("a", "m2");
        TestClient first = durable("s").subscribe(spec("a").withStart(StartPosition.ALL, 1));
        first.received().awaitPayloads("m0");
        first.flush();
        barrier();
        crashAndOpen();
        TestClient second = durable("s");
        second.received().awaitPayloads("m1");
        advance(Duration.ofHours(1));
        second.received().awaitPayloads("m1", "m2");
    }
}
