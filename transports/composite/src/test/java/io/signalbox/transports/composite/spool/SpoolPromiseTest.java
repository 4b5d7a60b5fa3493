package io.signalbox.transports.composite.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.transport.provider.Promise;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is said before anything is opened is what the open transport says. */
class SpoolPromiseTest extends SpoolingFixture {
    @Test
    void theOrderHasItsConditionToo() throws IOException {
        open(config());
        Promise behind = Promise.of(target.capabilities(), target.guarantees(), true);
        String order = new SpoolPromise(behind, config())
                .guarantees(Message.to(Topic.ofMqtt("a")).build())
                .order();
        assertThat(order).contains("as long as the transport accepts nothing after what it refused");
        assertThat(order.replace("the transport", target.name()))
                .isEqualTo(spooling.guarantees().order());
    }
}
