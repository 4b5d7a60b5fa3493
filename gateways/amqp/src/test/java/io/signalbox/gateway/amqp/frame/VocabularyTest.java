package io.signalbox.gateway.amqp.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.gateway.amqp.Frames;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The decoder never forgets a word: there are only so many that it may learn, and nobody may use up another's. */
class VocabularyTest {
    private static String say(EncodedValues.Inspector client, String symbol) {
        byte[] bytes = symbol.getBytes(StandardCharsets.US_ASCII);
        client.onSymbol(bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void wordsBeyondAClientsShareReachTheDecoderAsXs() {
        Vocabulary vocabulary = new Vocabulary(100, 2);
        EncodedValues.Inspector client = vocabulary.forClient();
        assertThat(say(client, "one")).isEqualTo("one");
        assertThat(say(client, "two")).isEqualTo("two");
        assertThat(say(client, "three")).isEqualTo("xxxxx");
        assertThat(say(client, "one")).isEqualTo("one");
        assertThat(say(vocabulary.forClient(), "three"))
                .as("another client has a share of its own")
                .isEqualTo("three");
        assertThat(say(client, "three")).as("and it is known now").isEqualTo("three");
    }

    @Test
    void whenAllWordsAreUsedUpThoseThatMatterAreKnownAllTheSame() {
        Vocabulary vocabulary = new Vocabulary(0, 64);
        for (String word : new String[] {
            "queue", "shared", "global", "product", "ANONYMOUS-RELAY", "sole-connection-for-container", "amqp:not-found"
        }) {
            assertThat(say(vocabulary.forClient(), word)).isEqualTo(word);
        }
        assertThat(say(vocabulary.forClient(), "invented")).isEqualTo("xxxxxxxx");
    }

    @Test
    void wordsThatAreTooLongToBeRememberedStayAsTheyAre() {
        EncodedValues.Inspector client = new Vocabulary(0, 0).forClient();
        assertThat(say(client, "y".repeat(65))).isEqualTo("y".repeat(65));
        assertThat(say(client, "y".repeat(64))).isEqualTo("x".repeat(64));
    }

    @Test
    void symbolsAreFoundWhereverTheyAre() {
        for (String value : new String[] {
            "a3 01 79", // alone
            "b3 00000001 79",
            "e0 04 01 a3 01 79", // in an array
            "c1 05 02 a3 01 79 40", // a key
            "c0 0b 01 c0 08 01 c1 05 02 40 a3 01 79" // deep within
        }) {
            byte[] bytes = Frames.bytes(value);
            EncodedValues.check(bytes, 0, bytes.length, new Vocabulary(0, 0).forClient());
            assertThat(bytes).as(value).isEqualTo(Frames.bytes(value.replace("79", "78")));
        }
    }

    @Test
    void descriptorsOfTheSpecificationAndFiltersAreKnownAndOthersAreNot() {
        EncodedValues.Inspector client = Vocabulary.SHARED.forClient();
        for (String known :
                new String[] {"00 53 24 45", "00 80 0000468c00000004 40", "00 a3 10 616d71703a736f757263653a6c697374 45"
                }) {
            byte[] bytes = Frames.bytes(known);
            assertThatCode(() -> EncodedValues.check(bytes, 0, bytes.length, client))
                    .as(known)
                    .doesNotThrowAnyException();
        }
        for (String unknown : new String[] {"00 53 99 45", "00 80 0000468c00000099 40", "00 a3 01 78 45", "00 40 45"}) {
            byte[] bytes = Frames.bytes(unknown);
            assertThatThrownBy(() -> EncodedValues.check(bytes, 0, bytes.length, client))
                    .as(unknown)
                    .isInstanceOf(Violation.class);
        }
    }
}
