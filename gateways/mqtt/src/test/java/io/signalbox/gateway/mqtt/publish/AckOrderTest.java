package io.signalbox.gateway.mqtt.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.mqtt.frame.MqttReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

public class AckOrderTest {
    private final AckOrder order = new AckOrder();
    private final List<Integer> left = new ArrayList<>();

    private void answer(int packetId) {
        if (!order.takeIfNext(packetId)) {
            order.keep(new AckOrder.Ack(4, packetId, MqttReason.SUCCESS, null, null));
            return;
        }
        left.add(packetId);
        AckOrder.Ack kept;
        while ((kept = order.pollKept()) != null) {
            left.add(kept.packetId());
        }
    }

    @Test
    void whatIsKnownTooSoonWaitsForThoseBeforeIt() {
        for (int id = 1; id <= 4; id++) {
            order.came(id);
        }
        answer(3);
        answer(2);
        assertThat(left).isEmpty();
        answer(1);
        assertThat(left).containsExactly(1, 2, 3);
        answer(4);
        assertThat(left).containsExactly(1, 2, 3, 4);
    }

    @Test
    void anIdentifierSentAgainIsAnsweredTwice() {
        order.came(7);
        order.came(8);
        order.came(7);
        answer(8);
        answer(7);
        answer(7);
        assertThat(left).containsExactly(7, 8, 7);
    }

    @Test
    void anyOrderOfAnswersLeavesInTheOrderOfThePublishes() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            left.clear();
            List<Integer> ids = new ArrayList<>();
            List<Integer> open = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                if (open.isEmpty() || random.nextInt(3) > 0) {
                    order.came(i);
                    ids.add(i);
                    open.add(i);
                } else {
                    answer(open.remove(random.nextInt(open.size())));
                }
            }
            Collections.shuffle(open, random);
            open.forEach(this::answer);
            assertThat(left).isEqualTo(ids);
        }
    }
}
