package io.signalbox.gateway.amqp.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UnsettledDeliveriesTest {
    private static Unsettled.Recipient link() {
        return new Unsettled.Recipient((deliveryId, settlement) -> {
            throw new AssertionError("nobody has said how " + deliveryId + " ended");
        });
    }

    /** Five times around the numbers, beside one that is never settled. */
    @Test
    void anOldDeliveryIsInNobodysWay() {
        UnsettledDeliveries deliveries = new UnsettledDeliveries();
        Unsettled.Recipient link = link();
        deliveries.add(new UnsettledDeliveries.Sent(link, 0, 1));
        long next = 0;
        for (int step = 0; step < 20_000; step++) {
            next += step % 1_000 == 0 ? 1L << 30 : 1;
            UnsettledDeliveries.Sent sent = new UnsettledDeliveries.Sent(link, (int) next, step);
            deliveries.add(sent);
            assertThat(deliveries.isUnderWay((int) next)).as("step " + step).isTrue();
            List<UnsettledDeliveries.Sent> removed = new ArrayList<>();
            deliveries.remove((int) next, (int) next, removed);
            assertThat(removed).as("step " + step).containsExactly(sent);
        }
    }

    /** Beside a map, over the end of the numbers, with old ones that stay and links that go. */
    @Test
    void hasWhatAMapWouldHave() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        UnsettledDeliveries deliveries = new UnsettledDeliveries();
        TreeMap<Long, UnsettledDeliveries.Sent> map = new TreeMap<>();
        Unsettled.Recipient link = link();
        long next = (1L << 32) - 5_000;
        for (int step = 0; step < 20_000; step++) {
            String what = "seed " + seed + " step " + step;
            if (random.nextInt(3) > 0) {
                next += 1 + random.nextInt(2); // between them are some that were sent settled
                UnsettledDeliveries.Sent sent = new UnsettledDeliveries.Sent(link, (int) next, step);
                deliveries.add(sent);
                map.put(next, sent);
            }
            if (random.nextInt(500) == 0) {
                Unsettled.Recipient gone = link;
                gone.left();
                map.values().removeIf(sent -> sent.recipient() == gone);
                link = link();
            }
            long first = next - random.nextInt(200);
            long last = first + random.nextInt(20) - 1;
            assertThat(deliveries.isUnderWay((int) first)).as(what).isEqualTo(map.containsKey(first));
            List<UnsettledDeliveries.Sent> removed = new ArrayList<>();
            deliveries.remove((int) first, (int) last, removed);
            if (last >= first) {
                assertThat(removed)
                        .as(what)
                        .containsExactlyElementsOf(map.subMap(first, last + 1).values());
                map.subMap(first, last + 1).clear();
            } else {
                assertThat(removed).as(what).isEmpty();
            }
        }
        assertThat(map).as("some stay").isNotEmpty();
    }
}
