package io.signalbox.gateway.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnsettledIdsTest {
    /** Beside a set, over the end of the numbers, with old ones that stay. */
    @Test
    void saysWhatASetWouldSay() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        UnsettledIds ids = new UnsettledIds();
        TreeSet<Long> set = new TreeSet<>();
        long next = (1L << 32) - 5_000;
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(3) > 0) {
                next += 1 + random.nextInt(2);
                ids.add((int) next);
                set.add(next);
            }
            long first = next - random.nextInt(200);
            long last = first + random.nextInt(20);
            String what = "seed " + seed + " step " + step;
            assertThat(at(ids, ids.ceiling((int) first))).as(what).isEqualTo(asInt(set.ceiling(first)));
            assertThat(at(ids, ids.floor((int) last))).as(what).isEqualTo(asInt(set.floor(last)));
            ids.remove((int) first, (int) last);
            set.subSet(first, last + 1).clear();
        }
        assertThat(set).as("some stay").isNotEmpty();
    }

    /** Its link waited for the window, and another link's went meanwhile. */
    @Test
    void aDeliveryThatGoesOnBehindALaterOneKeepsItsPlace() {
        UnsettledIds ids = new UnsettledIds();
        ids.add(5);
        ids.add(6);
        ids.add(5);
        assertThat(at(ids, ids.floor(6))).isEqualTo(6);
        ids.remove(5, 6);
        ids.add(6);
        assertThat(at(ids, ids.ceiling(5))).as("it is settled, and stays so").isNull();
    }

    private static @Nullable Long at(UnsettledIds ids, int place) {
        return place == UnsettledIds.NONE ? null : Long.valueOf(ids.at(place));
    }

    private static @Nullable Long asInt(@Nullable Long id) {
        return id == null ? null : Long.valueOf(id.intValue());
    }
}
