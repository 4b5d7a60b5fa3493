package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.ManualScheduler;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboxRelayTest {
    private static final Duration TURN = Duration.ofMillis(50);

    private final ManualScheduler time = new ManualScheduler();
    private final LoopbackTransport transport = new LoopbackTransport();
    private final List<Outbox.Entry> entries = new ArrayList<>();
    private boolean outboxIsDown;

    private final OutboxRelay relay = new OutboxRelay(
            new Outbox() {
                @Override
                public void add(Message message) {
                    entries.add(new Entry(entries.size(), message));
                }

                @Override
                public List<Entry> oldest(int limit) {
                    if (outboxIsDown) {
                        throw new IllegalStateException("no connection");
                    }
                    return List.copyOf(entries.subList(0, Math.min(limit, entries.size())));
                }

                @Override
                public void remove(List<Entry> sent) {
                    entries.removeAll(sent);
                }
            },
            transport,
            time,
            TURN);

    private void holds(@Nullable String key, String... payloads) {
        for (String payload : payloads) {
            entries.add(new Outbox.Entry(
                    entries.size(),
                    Message.to(Topic.ofMqtt("shop"))
                            .payload(payload)
                            .properties(
                                    MessageProperties.builder().orderingKey(key).build())
                            .build()));
        }
    }

    private List<String> published() {
        return transport.published.stream().map(Message::payloadText).toList();
    }

    @Test
    void nothingGoesPastAMessageOfItsKeyThatWasRefused() {
        holds("k", "k1", "k2", "k3", "k4");
        holds("other", "o1", "o2");
        holds(null, "free");
        transport.answers.refuse(message -> message.payloadText().equals("k3"));
        relay.start();
        time.advance(TURN);
        assertThat(published()).containsExactlyInAnyOrder("k1", "o1", "free", "k2", "o2");
        assertThat(entries).extracting(entry -> entry.message().payloadText()).containsExactly("k3", "k4");
        time.advance(TURN.multipliedBy(10));
        transport.answers.refuseNone();
        time.advance(TURN);
        assertThat(published()).endsWith("k3", "k4").hasSize(7).doesNotHaveDuplicates();
        assertThat(entries).isEmpty();
        relay.close();
    }

    @Test
    void aMessageThatIsNotAnsweredIsSentAgain() {
        holds("k", "k1");
        transport.answers.waitForTheTest();
        relay.start();
        time.advance(Duration.ofMinutes(1));
        assertThat(published()).hasSizeGreaterThan(1).containsOnly("k1");
        relay.close();
    }

    @Test
    void anOutboxThatFailsIsAskedAgain() {
        holds("k", "k1");
        outboxIsDown = true;
        relay.start();
        time.advance(TURN);
        outboxIsDown = false;
        time.advance(TURN);
        assertThat(published()).containsExactly("k1");
        relay.close();
    }
}
