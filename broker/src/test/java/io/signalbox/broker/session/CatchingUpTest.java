package io.signalbox.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.history.HistoryBudget;
import io.signalbox.broker.routing.Router;
import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatchingUpTest {
    private final FilterSpec asked = FilterSpec.of(TopicFilter.ofMqtt("#"), Guarantee.AT_LEAST_ONCE);
    private final CatchingUp past = new CatchingUp();
    private final TopicEntry topic =
            new Router(BrokerConfig.DEFAULT, new HistoryBudget(1 << 20)).entry(Topic.ofMqtt("a"));

    private Offer offer(Message message) {
        return new Offer(topic, message, Match.plain(Guarantee.AT_MOST_ONCE), 0, 0, false, null, false);
    }

    private static Message message(int bytes) {
        return Message.to(Topic.ofMqtt("a")).payload(new byte[bytes]).build();
    }

    @Test
    void whatWaitsIsBoundedByBytesToo() {
        past.begin(asked);
        for (int i = 0; i < 10; i++) {
            past.hold(offer(message(999))); // and a topic of one character
        }
        int dropped = 0;
        while (past.overflow(100, 4_000) != null) {
            dropped++;
        }
        assertThat(dropped).isEqualTo(6);
        assertThat(past.held()).isEqualTo(4);
        assertThat(past.overflow(3, 4_000)).isNotNull();
    }

    @Test
    void whatMemoryAloneHasIsGivenOnce() {
        past.begin(asked);
        Message both = message(1);
        Message live = message(2);
        past.saw(new StoredMessage(0, 1, both));
        past.hold(offer(both));
        past.hold(offer(live));
        List<Message> accepted = new ArrayList<>();
        List<Message> seen = new ArrayList<>();
        past.ended(asked);
        past.release(o -> seen.add(o.message()), o -> accepted.add(((Offer) o).message()));
        assertThat(seen).containsExactly(both);
        assertThat(accepted).containsExactly(live);
    }
}
