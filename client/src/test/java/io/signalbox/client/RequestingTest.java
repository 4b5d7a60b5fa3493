package io.signalbox.client;

import static io.signalbox.client.ClientFixture.GONE;
import static io.signalbox.client.ClientFixture.failure;
import static io.signalbox.client.ClientFixture.join;
import static io.signalbox.client.ClientFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.fake.FakeServer.Verdict;
import io.signalbox.client.request.FaultException;
import io.signalbox.client.request.NoReplyException;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RequestingTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    static Message answer(Message question, String json) {
        return json(String.valueOf(question.properties().replyTo()), json).toBuilder()
                .properties(MessageProperties.builder()
                        .contentType("application/json")
                        .correlation(question.properties().correlation())
                        .build())
                .build();
    }

    private static Message question(ClientFixture it) {
        await().until(() -> !it.server.published().isEmpty());
        return it.server.published().getLast();
    }

    @Test
    void aQuestionIsAnsweredByItsCorrelation() {
        try (ClientFixture it = new ClientFixture().connected()) {
            CompletionStage<Integer> asked = it.client.request("sum", "1+1", Integer.class, LONG);
            Message question = question(it);
            assertThat(question.properties().kind()).isEqualTo(MessageKind.COMMAND);
            assertThat(question.properties().headers().get("accept")).contains("application/json");
            it.server.deliver(json(String.valueOf(question.properties().replyTo()), "3"));
            it.server.deliver(answer(question, "2"));
            assertThat(join(asked)).isEqualTo(2);
        }
    }

    @Test
    void nobodyThereIsToldAtOnce() {
        try (ClientFixture it = new ClientFixture().connected()) {
            it.server.answer(message -> new Verdict.Taken(false));
            Throwable why = failure(it.client.request("sum", "1+1", Integer.class, LONG));
            assertThat(why)
                    .isInstanceOfSatisfying(
                            SignalboxException.class,
                            e -> assertThat(e.reason()).isEqualTo(ReasonCode.NO_RESPONDERS));
        }
    }

    @Test
    void nobodyAnsweringIsToldWhenTimeIsOver() {
        try (ClientFixture it = new ClientFixture().connected()) {
            assertThat(failure(it.client.request("sum", "1+1", Integer.class, Duration.ofMillis(50))))
                    .isInstanceOf(NoReplyException.class);
        }
    }

    @Test
    void aQuestionAskedOfflineWaitsForTheConnection() {
        try (ClientFixture it = new ClientFixture().connected()) {
            it.server.down(GONE);
            await().until(() -> it.client.offlineSince().isPresent());
            CompletionStage<Integer> asked = it.client.request("sum", "1+1", Integer.class, LONG);
            it.server.up();
            it.server.deliver(answer(question(it), "2"));
            assertThat(join(asked)).isEqualTo(2);
        }
    }

    @Test
    void openQuestionsAreBounded() {
        try (ClientFixture it = new ClientFixture(ClientConfig.to("mqtt://x").requestsMax(1)).connected()) {
            CompletionStage<Integer> first = it.client.request("sum", "1+1", Integer.class, LONG);
            assertThat(failure(it.client.request("sum", "1+1", Integer.class, LONG)))
                    .hasMessageContaining("which is the limit (requestsMax)");
            it.server.deliver(answer(question(it), "2"));
            assertThat(join(first)).isEqualTo(2);
        }
    }

    @Test
    void aResponderAnswersInTheFormatThatIsAskedFor() {
        try (ClientFixture it = new ClientFixture().connected()) {
            join(it.client
                    .respond(
                            SubscribeOptions.to("sum"),
                            String.class,
                            q -> q.value().length())
                    .granted());
            Message question = Message.to(Topic.ofMqtt("sum"))
                    .payload("\"abc\"")
                    .properties(MessageProperties.builder()
                            .replyTo("reply/x")
                            .correlation("c".getBytes(StandardCharsets.UTF_8))
                            .contentType("application/json")
                            .header("accept", "text/plain;q=0.1, application/json;q=0.5")
                            .build())
                    .build();
            it.server.deliver(question);
            Message answer = question(it);
            assertThat(answer.topic().text()).isEqualTo("reply/x");
            assertThat(answer.payloadText()).isEqualTo("3");
            assertThat(answer.properties().contentType()).isEqualTo("application/json");
            assertThat(answer.properties().correlation()).isEqualTo("c".getBytes(StandardCharsets.UTF_8));
            assertThat(answer.properties().kind()).isEqualTo(MessageKind.RESPONSE);
        }
    }

    @Test
    void aResponderThatFailsSaysSo() {
        try (ClientFixture it = new ClientFixture().connected()) {
            join(it.client
                    .respond(SubscribeOptions.to("sum"), String.class, q -> {
                        throw new IllegalStateException("no such number");
                    })
                    .granted());
            CompletionStage<Integer> asked = it.client.request("sum", "x", Integer.class, LONG);
            it.server.deliver(question(it));
            await().until(() -> it.server.published().size() == 2);
            it.server.deliver(it.server.published().getLast());
            assertThat(failure(asked)).isInstanceOf(FaultException.class).hasMessage("no such number");
        }
    }

    @Test
    void whatWouldTakeTheAnswersAwayIsTold() {
        try (ClientFixture it = new ClientFixture().connected()) {
            it.client.subscribe(SubscribeOptions.to("#").sharedBy("all"), Message.class, r -> {});
            assertThat(failure(it.client.request("sum", "1+1", Integer.class, LONG)))
                    .hasMessageContaining("use another client");
        }
    }

    @Test
    void closingEndsOpenQuestions() {
        ClientFixture it = new ClientFixture().connected();
        CompletionStage<Integer> asked = it.client.request("sum", "1+1", Integer.class, LONG);
        it.close();
        assertThat(failure(asked)).hasMessage("the client was closed");
    }

    @Test
    void aQuestionEndsWithItsAskersPatienceAndIsKnownWhenItComesTwice() {
        try (ClientFixture it = new ClientFixture().connected()) {
            var unused = it.client.request("q", "what", String.class, Duration.ofSeconds(7));
            await().until(() -> !it.server.published().isEmpty());
            Message question = it.server.published().getFirst();
            assertThat(question.ttlMillis()).isEqualTo(7_000);
            assertThat(question.timestampMillis()).isEqualTo(it.time.millis());
            assertThat(question.properties().idempotencyKey()).isNotEmpty();
        }
    }
}
