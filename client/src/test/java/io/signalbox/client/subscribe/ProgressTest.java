package io.signalbox.client.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where a past goes on after its session was lost. */
class ProgressTest {
    private final Progress progress = new Progress();

    @Test
    void itBeginsAnewWhileNothingButWhatPassesTheOthersHasCome() {
        progress.arrived(7, 9);
        assertThat(progress.from("all", 1)).isEqualTo("all");
        progress.arrived(4, 3);
        assertThat(progress.from("all", 1)).isEqualTo("seq=4");
    }

    @Test
    void whatIsOfALowerPriorityCountsAsWell() {
        progress.arrived(7, 9);
        progress.arrived(1, 2);
        assertThat(progress.from("last=5", 1)).isEqualTo("seq=3");
    }
}
