package io.signalbox.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
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
        assertThat(new NamePattern(pattern).matches(name)).isEqualTo(matches);
    }

    @Test
    void patternsMeanWhatTheRegularExpressionMeans() {
        Random random = new Random(7);
        int matched = 0;
        for (int i = 0; i < 100_000; i++) {
            String pattern = text(random, "ab*");
            String name = text(random, "ab");
            boolean expected = Pattern.matches(pattern.replace("*", ".*"), name);
            assertThat(new NamePattern(pattern).matches(name))
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
}
