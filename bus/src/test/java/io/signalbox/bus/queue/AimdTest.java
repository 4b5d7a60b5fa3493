package io.signalbox.bus.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AimdTest {
    private static final long TARGET = 50;

    /** A server that handles so many a second, and publishers that offer so many; by the millisecond. */
    private static final class Plant {
        final Aimd aimd = new Aimd(TARGET, 0);
        final java.util.ArrayDeque<Long> queue = new java.util.ArrayDeque<>();
        long now;
        long admitted;
        long refused;
        double offeredCarry;
        double servedCarry;

        void run(long millis, double offeredPerSecond, double servedPerSecond) {
            admitted = 0;
            refused = 0;
            for (long end = now + millis; now < end; now++) {
                offeredCarry += offeredPerSecond / 1000;
                for (; offeredCarry >= 1; offeredCarry--) {
                    if (aimd.admit(now) == 0) {
                        queue.add(now);
                        admitted++;
                    } else {
                        refused++;
                    }
                }
                servedCarry = Math.min(servedCarry + servedPerSecond / 1000, 1 + servedPerSecond / 1000);
                for (; servedCarry >= 1 && !queue.isEmpty(); servedCarry--) {
                    aimd.taken(now - queue.poll(), now);
                }
            }
        }

        long oldestMillis() {
            Long oldest = queue.peek();
            return oldest == null ? 0 : now - oldest;
        }
    }

    @Test
    void everythingIsLetInWhileNothingWaitsLong() {
        Plant plant = new Plant();
        plant.run(5_000, 5_000, 10_000);
        assertThat(plant.refused).isZero();
        assertThat(plant.aimd.isActive()).isFalse();
    }

    @Test
    void overloadIsHeldNearWhatCanBeServedAndTheQueueStaysShort() {
        Plant plant = new Plant();
        plant.run(20_000, 30_000, 10_000);
        plant.run(20_000, 30_000, 10_000);
        assertThat(plant.refused).isPositive();
        assertThat(plant.admitted / 20.0).isBetween(5_000.0, 10_500.0);
        assertThat(plant.oldestMillis()).isLessThan(4 * TARGET);
    }

    @Test
    void itRecoversByItselfOnceTheOverloadIsOver() {
        Plant plant = new Plant();
        plant.run(10_000, 30_000, 10_000);
        assertThat(plant.aimd.isActive()).isTrue();
        plant.run(30_000, 5_000, 10_000);
        plant.run(10_000, 5_000, 10_000);
        assertThat(plant.refused).isZero();
        assertThat(plant.aimd.isActive()).isFalse();
    }

    @Test
    void theRefusedAreToldWhenToComeBackAndAreLetInThen() {
        Aimd aimd = new Aimd(TARGET, 0);
        for (int i = 0; i < 100; i++) {
            aimd.taken(0, i);
        }
        aimd.full(200);
        long wait = aimd.admit(201);
        assertThat(wait).isPositive();
        assertThat(aimd.admit(201 + wait)).isZero();
    }
}
