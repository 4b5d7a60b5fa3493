package io.signalbox.gateway.amqp.frame;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.gateway.amqp.Frames;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The decoder never forgets a word: there are only so many that it may learn. */
class VocabularyTest {
    private static void say(Vocabulary vocabulary, String symbol) {
        byte[] bytes = symbol.getBytes(StandardCharsets.US_ASCII);
        vocabulary.onSymbol(bytes, 0, bytes.length);
    }

    @Test
    void wordsBeyondTheLimitAreRefusedAndKnownOnesAreNot() {
        Vocabulary vocabulary = new Vocabulary(2);
        say(vocabulary, "one");
        say(vocabulary, "two");
        assertThatThrownBy(() -> say(vocabulary, "three")).isInstanceOf(Violation.class);
        assertThatCode(() -> say(vocabulary, "one")).doesNotThrowAnyException();
    }

    @Test
    void wordsThatAreTooLongToBeRememberedAreNotCounted() {
        Vocabulary vocabulary = new Vocabulary(0);
        assertThatCode(() -> say(vocabulary, "x".repeat(65))).doesNotThrowAnyException();
        assertThatThrownBy(() -> say(vocabulary, "x".repeat(64))).isInstanceOf(Violation.class);
    }

    @Test
    void symbolsAreFoundWhereverTheyAre() {
        Vocabulary vocabulary = new Vocabulary(0);
        for (String value : new String[] {
            "a3 01 78", // alone
            "b3 00000001 78",
            "e0 04 01 a3 01 78", // in an array
            "c1 05 02 a3 01 78 40", // a key
            "c0 0b 01 c0 08 01 c1 05 02 40 a3 01 78" // deep within
        }) {
            byte[] bytes = Frames.bytes(value);
            assertThatThrownBy(() -> EncodedValues.check(bytes, 0, bytes.length, vocabulary))
                    .as(value)
                    .isInstanceOf(Violation.class)
                    .hasMessageContaining("symbols");
        }
    }

    @Test
    void descriptorsOfTheSpecificationAndFiltersAreKnownAndOthersAreNot() {
        for (String known :
                new String[] {"00 53 24 45", "00 80 0000468c00000004 40", "00 a3 10 616d71703a736f757263653a6c697374 45"
                }) {
            byte[] bytes = Frames.bytes(known);
            assertThatCode(() -> EncodedValues.check(bytes, 0, bytes.length, Vocabulary.SHARED))
                    .as(known)
                    .doesNotThrowAnyException();
        }
        for (String unknown : new String[] {"00 53 99 45", "00 80 0000468c00000099 40", "00 a3 01 78 45", "00 40 45"}) {
            byte[] bytes = Frames.bytes(unknown);
            assertThatThrownBy(() -> EncodedValues.check(bytes, 0, bytes.length, Vocabulary.SHARED))
                    .as(unknown)
                    .isInstanceOf(Violation.class);
        }
    }
}
