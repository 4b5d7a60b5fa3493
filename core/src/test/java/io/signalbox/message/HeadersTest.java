package io.signalbox.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadersTest {
    private final Headers headers = Headers.of("a", "1", "b", "2", "a", "3", "", "");

    @Test
    void namesRepeatAndOrderStays() {
        List<String> seen = new ArrayList<>();
        headers.forEach((name, value) -> seen.add(name + "=" + value));
        assertThat(seen).containsExactly("a=1", "b=2", "a=3", "=");
        assertThat(headers.size()).isEqualTo(4);
        assertThat(headers.name(2)).isEqualTo("a");
        assertThat(headers.value(2)).isEqualTo("3");
    }

    @Test
    void getGivesTheFirstOfAName() {
        assertThat(headers.get("a")).isEqualTo("1");
        assertThat(headers.get("")).isEmpty();
        assertThat(headers.get("A")).isNull();
        assertThat(headers.get("1")).as("a value is no name").isNull();
    }

    @Test
    void withAndWithoutLeaveTheOriginalAlone() {
        assertThat(headers.with("c", "4").get("c")).isEqualTo("4");
        assertThat(headers.without("a")).isEqualTo(Headers.of("b", "2", "", ""));
        assertThat(headers.without("none")).isEqualTo(headers);
        assertThat(headers.size()).isEqualTo(4);
        assertThat(Headers.of("a", "1").without("a")).isSameAs(Headers.NONE);
    }

    @Test
    void theCallersArrayIsCopied() {
        String[] pairs = {"a", "1"};
        Headers copied = Headers.of(pairs);
        pairs[1] = "changed";
        assertThat(copied.get("a")).isEqualTo("1");
    }

    @Test
    void equalMeansSamePairsInSameOrder() {
        assertThat(Headers.of("a", "1", "b", "2"))
                .isEqualTo(Headers.of("a", "1").with("b", "2"))
                .hasSameHashCodeAs(Headers.of("a", "1").with("b", "2"))
                .isNotEqualTo(Headers.of("b", "2", "a", "1"));
        assertThat(Headers.of()).isSameAs(Headers.NONE);
        assertThat(Headers.NONE.isEmpty()).isTrue();
        assertThat(headers.isEmpty()).isFalse();
    }

    @Test
    void anOddNumberOfStringsIsRefused() {
        assertThatThrownBy(() -> Headers.of("a", "1", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pairs")
                .hasMessageContaining("3 strings");
    }
}
