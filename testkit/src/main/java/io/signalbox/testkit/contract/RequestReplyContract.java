package io.signalbox.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.Delivery;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Receipt;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Questions and their answers. */
@Needs({Feature.SUBSCRIBE, Feature.REQUEST_REPLY})
public abstract class RequestReplyContract extends Theme {
    private static Message request(String text, String replyTo, byte[] correlation) {
        return to("service")
                .payload(text)
                .properties(MessageProperties.builder()
                        .kind(MessageKind.COMMAND)
                        .replyTo(replyTo)
                        .correlation(correlation)
                        .build())
                .build();
    }

    private static Message reply(Delivery request) {
        MessageProperties asked = request.message().properties();
        return Message.to(Topic.ofMqtt(Objects.requireNonNull(asked.replyTo(), "replyTo")))
                .payload("re: " + request.payload())
                .properties(MessageProperties.builder()
                        .kind(MessageKind.RESPONSE)
                        .correlation(asked.correlation())
                        .build())
                .build();
    }

    @Test
    void theReplyFindsTheRequesterWithItsCorrelation() {
        TestClient responder = client("responder", "service");
        TestClient requester = client("requester", "replies/requester");
        TestClient other = client("other", "replies/other");
        byte[] correlation = {0, (byte) 0xff, 1};
        requester.publish(request("question", "replies/requester", correlation), 0);
        Delivery asked = responder.received().awaitPayloads("question").getFirst();
        assertThat(asked.message().properties().replyTo()).isEqualTo("replies/requester");
        assertThat(asked.message().properties().correlation()).containsExactly(correlation);
        assertThat(asked.message().properties().kind()).isEqualTo(MessageKind.COMMAND);
        responder.publish(reply(asked), 0);
        Delivery answer = requester.received().awaitPayloads("re: question").getFirst();
        assertThat(answer.message().properties().correlation()).containsExactly(correlation);
        assertThat(answer.message().properties().kind()).isEqualTo(MessageKind.RESPONSE);
        other.fence();
        assertThat(deliveredTo(other)).isEmpty();
    }

    @Test
    void manyRequestsAreToldApartByTheirCorrelations() {
        TestClient responder = client("responder", "service");
        TestClient requester = client("requester", "replies");
        for (int i = 0; i < 20; i++) {
            requester.publish(request("q" + i, "replies", bytes("c" + i)), 0);
        }
        var asked = responder.received().awaitCount(20);
        for (int i = 19; i >= 0; i--) {
            responder.publish(reply(asked.get(i)), 0);
        }
        assertThat(requester.received().awaitCount(20)).allSatisfy(answer -> {
            byte[] correlation =
                    Objects.requireNonNull(answer.message().properties().correlation());
            String number = new String(correlation, StandardCharsets.UTF_8).substring(1);
            assertThat(answer.payload()).isEqualTo("re: q" + number);
        });
    }

    @Test
    void aRequestThatNobodyHearsIsKnownAtOnce() {
        Receipt receipt = publish(request("anybody?", "replies", bytes("c")));
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.NO_SUBSCRIBERS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
