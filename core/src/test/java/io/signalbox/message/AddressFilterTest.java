package io.signalbox.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.topic.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressFilterTest {
    @Test
    void namesOfBothSidesMayBePatterns() {
        assertThat(AddressFilter.ANY.orTo("billing-*").matches(null, "billing-1"))
                .isTrue();
        assertThat(AddressFilter.ANY.orTo("billing-*").matches(null, "billing")).isFalse();
        assertThat(AddressFilter.ANY.orFrom("*-eu").matches("shop-eu", null)).isTrue();
        assertThat(AddressFilter.ANY.orFrom("*-eu").matches("shop", null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"shop, billing, true", "shop, , true", ", billing, true", "shop, other, false", "thief, billing, true"})
    void anEntitySeesWhatIsForItAndWhatIsForAll(String from, String to, boolean seen) {
        assertThat(AddressFilter.forEntity("billing").matches(from, to)).isEqualTo(seen);
    }

    @Test
    void addresseesAreAlternativesAndTheSenderMustHoldToo() {
        AddressFilter filter = AddressFilter.forEntity("billing")
                .orTo("audit-*")
                .orFrom("shop")
                .orFrom("till-*");
        assertThat(filter.matches("shop", "audit-1")).isTrue();
        assertThat(filter.matches("till-3", null)).isTrue();
        assertThat(filter.matches("thief", "billing")).isFalse();
        assertThat(filter.matches(null, "billing")).isFalse();
        assertThat(filter.matches("shop", "other")).isFalse();
    }

    @Test
    void broadcastAloneIsWhatIsForNobodyInParticular() {
        AddressFilter filter = AddressFilter.ANY.orBroadcast();
        assertThat(filter.matches("shop", null)).isTrue();
        assertThat(filter.matches("shop", "billing")).isFalse();
    }

    @Test
    void withoutAnythingAllMessagesAreWanted() {
        Message message = Message.to(Topic.ofMqtt("t"))
                .properties(MessageProperties.builder().from("a").to("b").build())
                .build();
        assertThat(AddressFilter.ANY.matches(message)).isTrue();
        assertThat(AddressFilter.ANY.matches(Message.to(Topic.ofMqtt("t")).build()))
                .isTrue();
    }
}
