package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Receipt;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A request names where its reply goes, and the reply which request it answers. */
@Needs({Feature.SUBSCRIBE, Feature.REQUEST_REPLY})
public abstract class RequestReplyContract extends Theme {

    @Test
    void theReplyFindsItsRequest() {
        TestClient caller = client("caller", "replies/caller");
        TestClient responder = client("responder", "ask");
        publish(to("ask")
                .payload("2+2")
                .properties(MessageProperties.builder()
                        .replyTo("replies/caller")
                        .correlation("c1".getBytes(StandardCharsets.UTF_8))
                        .build())
                .build());
        Message request = responder.received().awaitCount(1).getFirst().message();
        assertThat(request.properties().replyTo()).isEqualTo("replies/caller");
        publish(to("replies/caller")
                .payload("4")
                .properties(MessageProperties.builder()
                        .correlation(request.properties().correlation())
                        .build())
                .build());
        Delivery reply = caller.received().awaitCount(1).getFirst();
        assertThat(reply.payload()).isEqualTo("4");
        assertThat(reply.message().properties().correlation()).isEqualTo("c1".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aRequestThatNobodyHearsSaysSo() {
        assertThat(publish("nobody", "?").outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
    }
}
