package io.signalbox.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.SignalboxException;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static final String FACE = "\uD83D\uDE00";

    private static void refused(String text, String why) {
        assertThatThrownBy(() -> Headers.of("name", text))
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining(why);
        assertThatThrownBy(() -> Headers.NONE.with(text, "value")).hasMessageContaining(why);
        assertThatThrownBy(() -> MessageProperties.builder().contentType(text).build())
                .hasMessageContaining(why);
    }

    @Test
    void whatAProtocolCannotCarryIsRefusedAtOnce() {
        refused("a\0b", "U+0000");
        refused("a" + FACE.charAt(0), "surrogate");
        refused(FACE.charAt(1) + "a", "surrogate");
        refused("x".repeat(65_536), "65536 bytes");
        refused("\u20AC".repeat(21_846), "65538 bytes");
    }

    @Test
    void whatItCanCarryPasses() {
        assertThat(Headers.of("n", "x".repeat(65_535)).value(0)).hasSize(65_535);
        assertThat(Headers.of("n", FACE + "\u00E9\u20AC").value(0)).hasSize(4);
        assertThat(MessageProperties.builder().from("").build().from()).isEmpty();
    }
}
