package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class NamesTest {
    @Test
    void aThingKeepsItsNameAndNoTwoHaveTheSame() {
        Names names = new Names();
        assertThat(names.of(1, "a_2")).isEqualTo("a_2");
        assertThat(names.of(2, "a")).isEqualTo("a");
        assertThat(names.of(3, "a")).isEqualTo("a_3");
        assertThat(names.of(4, "a")).isEqualTo("a_4");
        assertThat(names.of(5, "a_2")).isEqualTo("a_2_2");
        assertThat(names.of(6, "订单/x")).isEqualTo("_x");
        assertThat(names.of(2, "a")).isEqualTo("a");
    }

    /** With the square of their number it would take minutes. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void manyThingsOfTheSameNameTakeTimeInProportion() {
        Names names = new Names();
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            given.add(names.of(i, "订单"));
        }
        assertThat(given).hasSize(200_000);
    }
}
