package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.Bus;
import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.transport.Settlement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Events of other processes on their way to the handlers of this one. */
class ArrivalTest {
    @Message(name = "ordered", topic = "shop.orders")
    record Ordered(String item, int count) implements Event {}

    private final LoopbackTransport transport = new LoopbackTransport();

    @Test
    void anEventThatComesWithoutAKeyGetsThatOfTheReceiver() {
        List<Optional<String>> keys = new CopyOnWriteArrayList<>();
        try (Bus device = Bus.over(transport).name("device").build();
                Bus shop = Bus.over(transport)
                        .name("shop")
                        .orderingKey(Ordered.class, Ordered::item)
                        .build()) {
            shop.subscribe(
                    Ordered.class, ordered -> keys.add(CurrentMessage.envelope().orderingKey()));
            device.publish(new Ordered("book", 1));
            await().untilAsserted(() -> assertThat(keys).containsExactly(Optional.of("book")));
        }
    }

    @Test
    void whatTheInboxCouldNotNoteIsGivenBackAndItsKeyGoesOn() {
        AtomicInteger notes = new AtomicInteger();
        Inbox failsOnce = new Inbox() {
            @Override
            public boolean isHandled(String consumer, String messageId) {
                return false;
            }

            @Override
            public void handled(String consumer, String messageId) {
                if (notes.incrementAndGet() == 1) {
                    throw new IllegalStateException("the database is down");
                }
            }
        };
        List<Integer> heard = new CopyOnWriteArrayList<>();
        try (Bus shop = Bus.over(transport)
                .name("shop")
                .inbox(failsOnce)
                .orderingKey(Ordered.class, Ordered::item)
                .build()) {
            shop.subscribe(Ordered.class, ordered -> heard.add(ordered.count()));
            shop.publish(new Ordered("book", 1));
            shop.publish(new Ordered("book", 2));
            await().untilAsserted(() -> assertThat(transport.settlements).hasSize(2));
            assertThat(transport.settlements.getFirst()).isInstanceOf(Settlement.Released.class);
            assertThat(transport.settlements.getLast()).isEqualTo(Settlement.ACCEPTED);
            assertThat(heard).containsExactly(1, 2);
        }
    }
}
