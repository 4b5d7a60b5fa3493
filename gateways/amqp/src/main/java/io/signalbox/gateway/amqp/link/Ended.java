package io.signalbox.gateway.amqp.link;

import io.signalbox.gateway.amqp.delivery.DeliverySource;
import io.signalbox.transport.Settlement;
import java.util.ArrayList;
import java.util.List;

/**
 * Deliveries that ended while the source was in the middle of handing them over, to be settled after its turn, together.
 * Bounded by what was granted. Owned by the connection's loop. Hot path.
 */
final class Ended {
    private record One(int deliveryId, Settlement settlement) {}

    private List<One> filling = new ArrayList<>();
    private List<One> spare = new ArrayList<>();

    /** Also of what is settled already: its credit can be given again. @return whether it is the first one */
    boolean add(int deliveryId, Settlement settlement) {
        filling.add(new One(deliveryId, settlement));
        return filling.size() == 1;
    }

    void settle(DeliverySource from) {
        List<One> ended = filling;
        filling = spare;
        for (One one : ended) {
            if (one.deliveryId != 0) {
                from.settle(one.deliveryId, one.settlement);
            }
        }
        ended.clear();
        spare = ended;
    }
}
