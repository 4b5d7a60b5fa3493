package io.signalbox.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WriteBudgetTest {
    @Test
    void tenThousandConnectionsOpenedOneByOneStayWithinTheMemory() {
        long memory = 256L << 20;
        WriteBudget budget = new WriteBudget(memory);
        assertThat(budget.waterMark(1).high()).isEqualTo(WriteBudget.HIGH_BYTES_MAX);
        long sum = 0;
        for (int open = 1; open <= 10_000; open++) {
            sum += budget.waterMark(open).high();
        }
        assertThat(sum).isLessThan(memory * 7 / 8);
        assertThat(budget.waterMark(1_000_000).high()).isEqualTo(WriteBudget.HIGH_BYTES_MIN);
        assertThat(budget.waterMark(1_000_000).low()).isPositive();
    }
}
