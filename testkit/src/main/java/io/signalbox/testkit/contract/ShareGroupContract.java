package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each message of a share group goes to one of its members. */
@Needs({Feature.SUBSCRIBE, Feature.SHARE_GROUPS})
public abstract class ShareGroupContract extends Theme {

    @Test
    void oneMemberGetsEachMessage() {
        TestClient one = client("one").subscribe(spec("a/#").withShareGroup("g"));
        TestClient two = client("two").subscribe(spec("a/#").withShareGroup("g"));
        publishMany("a/x", "m", 40);
        eventually(() -> deliveredTo(one).size() + deliveredTo(two).size() == 40);
        List<String> all = new ArrayList<>(deliveredTo(one));
        all.addAll(deliveredTo(two));
        assertThat(all).containsExactlyInAnyOrderElementsOf(numbered("m", 40));
        assertThat(deliveredTo(one)).isNotEmpty();
        assertThat(deliveredTo(two)).isNotEmpty();
    }

    @Test
    void groupsAndPlainSubscriptionsDoNotTakeFromEachOther() {
        TestClient one = client("one").subscribe(spec("a").withShareGroup("g"));
        TestClient other = client("other").subscribe(spec("a").withShareGroup("h"));
        TestClient plain = client("plain", "a");
        publish("a", "1");
        one.received().awaitPayloads("1");
        other.received().awaitPayloads("1");
        plain.received().awaitPayloads("1");
    }

    @Test
    void whatAMemberLeavesUnsettledGoesToAnother() {
        TestClient leaver = manual("leaver").subscribe(spec("a").withShareGroup("g"));
        publishMany("a", "m", 6);
        leaver.received().awaitCount(6);
        TestClient stayer = client("stayer").subscribe(spec("a").withShareGroup("g"));
        leaver.drop();
        eventually(() -> deliveredTo(stayer).containsAll(numbered("m", 6)));
    }

    @Test
    @Needs(Feature.DURABLE_SESSIONS)
    void aMemberThatIsAwayGetsNothingWhileAnotherIsHere() {
        TestClient away = open(SessionOptions.durableSession("away"), SettleBehaviour.ACCEPT);
        away.subscribe(spec("a").withShareGroup("g"));
        TestClient here = client("here").subscribe(spec("a").withShareGroup("g"));
        away.detach();
        barrier();
        publishMany("a", "m", 6);
        eventually(() -> deliveredTo(here).size() == 6);
    }
}
