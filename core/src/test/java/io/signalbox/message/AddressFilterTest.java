package io.signalbox.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.topic.Topic;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressFilterTest {
    @ParameterizedTest
    @CsvSource({
        "*, '', true",
        "'', '', true",
        "'', a, false",
        "billing, billing, true",
        "billing, billing-1, false",
        "billing-*, billing-, true",
        "billing-*, billing, false",
        "*-eu, shop-eu, true",
        "*-eu, shop-eu-1, false",
        "a*b*c, aXbXbc, true",
        "a*b*c, acb, false",
        "**, x, true",
        "a.c, abc, false"
    })
    void aStarStandsForAnyNumberOfCharacters(String pattern, String name, boolean matches) {
        assertThat(AddressFilter.ANY.orTo(pattern).matches(null, name)).isEqualTo(matches);
        assertThat(AddressFilter.ANY.orFrom(pattern).matches(name, null)).isEqualTo(matches);
    }

    @Test
    void patternsMeanWhatTheRegularExpressionMeans() {
        Random random = new Random(7);
        int matched = 0;
        for (int i = 0; i < 100_000; i++) {
            String pattern = text(random, "ab*");
            String name = text(random, "ab");
            boolean expected = Pattern.matches(pattern.replace("*", ".*"), name);
            assertThat(AddressFilter.ANY.orTo(pattern).matches(null, name))
                    .as("seed 7, case %d: %s matches %s", i, pattern, name)
                    .isEqualTo(expected);
            matched += expected ? 1 : 0;
        }
        assertThat(matched).isBetween(5_000, 95_000);
    }

    private static String text(Random random, String letters) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(7); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
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
