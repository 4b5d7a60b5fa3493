package io.signalbox.transports.composite.merge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettledIdsTest {
    private int idsMax = 1_000;
    private final SettledIds settled = new SettledIds(() -> idsMax);

    @Test
    void theLastOnesAreRememberedWithTheMembersThatBroughtThem() {
        for (int i = 0; i < 1_500; i++) {
            settled.add("id-" + i, 0b01);
        }
        settled.add("id-1000", 0b10);
        assertThat(settled.contains("id-499")).isFalse();
        assertThat(settled.contains("id-500")).isTrue();
        assertThat(settled.broughtBy("id-1000", 1)).isTrue();
        assertThat(settled.broughtBy("id-1001", 1)).isFalse();
    }

    @Test
    void aSmallerShareIsKeptToWithTheNextId() {
        for (int i = 0; i < 1_000; i++) {
            settled.add("id-" + i, 1);
        }
        idsMax = 10;
        settled.add("another", 1);
        assertThat(settled.contains("id-990")).isFalse();
        assertThat(settled.contains("id-991")).isTrue();
    }
}
