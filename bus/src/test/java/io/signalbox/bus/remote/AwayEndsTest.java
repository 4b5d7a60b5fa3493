package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What waits outside behind a dead event may end before its key lets it in: nothing waits for it then. */
class AwayEndsTest extends OneKey {
    @Test
    void whatTheFilterStopsWhenItComesAgainHoldsUpNothing() {
        Set<Integer> stopped = new HashSet<>();
        awayBehindOneThatWasRedriven(builder -> builder.eventFilter(
                envelope -> !(envelope.message() instanceof Paid paid) || !stopped.contains(paid.number())));
        stopped.add(2);
        offerAllAgain();
        assertThat(heard).containsExactly(1, 3);
    }

    @Test
    void norDoesWhatCannotBeReadWhenItComesAgain() {
        AtomicBoolean spoilt = new AtomicBoolean();
        awayBehindOneThatWasRedriven(builder ->
                builder.codec(new BrokenCodec(value -> false, type -> spoilt.get() && type == Paid.class)));
        spoilt.set(true);
        transport.offerReleased(released -> released.subList(0, 1));
        time.run();
        spoilt.set(false);
        offerAllAgain();
        assertThat(heard).containsExactly(1, 3);
    }

    @Test
    void norDoesWhatsTimeIsOver() {
        transport = LoopbackTransport.retaining();
        Bus bus = open(over("a").orderingKey(Paid.class, paid -> "device"));
        subscribe(bus);
        broken.add(1);
        fromDevice(1);
        for (int number = 2; number < 40; number += 2) {
            transport.publish(Message.to(Topic.ofMqtt("shop/paid"))
                    .payload("{\"number\":" + number + "}")
                    .ttlMillis(10_000)
                    .build());
            fromDevice(number + 1);
        }
        List<Message> expired = transport.expireReleased(
                released -> released.stream().filter(id -> id % 2 == 0).toList());
        assertThat(expired).allMatch(message -> message.ttlMillis() > 0).hasSize(19);
        time.advance(Duration.ofSeconds(20));
        redriveAll(bus);
        for (int round = 0; round < 3; round++) {
            offerAllAgain();
        }
        assertThat(heard).startsWith(1, 3, 5).hasSize(20).isSorted();
    }

    @Test
    void whatTheInboxAnswersWhenItComesAgainHoldsUpNothing() {
        transport = LoopbackTransport.retaining();
        MemoryInbox inbox = new MemoryInbox();
        Bus bus = open(over("a").inbox(inbox));
        subscribe(bus);
        broken.add(1);
        IntStream.rangeClosed(1, 3).forEach(number -> bus.publish(new Paid(number), OF_ONE_KEY));
        time.run();
        redriveAll(bus);
        Message second = transport.published.stream()
                .filter(message -> message.payloadText().contains("\"number\":2"))
                .findFirst()
                .orElseThrow();
        inbox.handled("a", Objects.requireNonNull(WireForm.id(second)));
        offerAllAgain();
        assertThat(heard).containsExactly(1, 3);
    }

    @Test
    void whatWaitsForADeadEventIsNotReadEachTimeItComes() {
        transport = LoopbackTransport.retaining();
        List<String> asked = new ArrayList<>();
        MemoryInbox remembers = new MemoryInbox();
        Bus bus = open(over("a").inbox(new Inbox() {
            @Override
            public boolean isHandled(String consumer, String messageId) {
                asked.add(messageId);
                return remembers.isHandled(consumer, messageId);
            }

            @Override
            public void handled(String consumer, String messageId) {
                remembers.handled(consumer, messageId);
            }
        }));
        subscribe(bus);
        broken.add(1);
        IntStream.rangeClosed(1, 3).forEach(number -> bus.publish(new Paid(number), OF_ONE_KEY));
        time.run();
        for (int second = 0; second < 10; second++) {
            offerAllAgain();
        }
        assertThat(asked).hasSize(3);
        redriveAll(bus);
        offerAllAgain();
        assertThat(heard).containsExactly(1, 2, 3);
        assertThat(asked).hasSize(5);
    }
}
