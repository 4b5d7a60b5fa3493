package io.signalbox.client.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a+", "#", "*", "$SYS", "all", "a\u0000", "line\nbreak"})
    void whatNoTopicLevelCanHoldIsRefused(String part) {
        assertThatIllegalArgumentException().isThrownBy(() -> Identity.of(part));
        assertThatIllegalArgumentException().isThrownBy(() -> new Identity("fine", part));
    }

    @Test
    void aPartHasAtMost128Characters() {
        assertThat(Identity.of("x".repeat(128)).uuid()).hasSize(128);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Identity.of("x".repeat(129)))
                .withMessageContaining("129 characters");
    }

    @Test
    void itsTextIsTheUuidAloneWhereTheNameSaysNoMore() {
        assertThat(Identity.of("app").text()).isEqualTo("app");
        assertThat(new Identity("app", "left").text()).isEqualTo("app/left");
        assertThat(Identity.parse("app")).isEqualTo(Identity.of("app"));
        assertThat(Identity.parse("app/left")).isEqualTo(new Identity("app", "left"));
    }

    @Test
    void aSenderThatIsNoneIsUnknown() {
        assertThat(Identity.parse(null)).isNull();
        assertThat(Identity.parse("a/b/c")).isNull();
        assertThat(Identity.parse("")).isNull();
    }

    @Test
    void aSourceMatchesItsSenders() {
        Identity left = new Identity("app", "left");
        assertThat(Source.anyone().matches(null)).isTrue();
        assertThat(Source.application("app").matches(left)).isTrue();
        assertThat(Source.application("app").matches(Identity.of("other"))).isFalse();
        assertThat(Source.application("app").matches(null)).isFalse();
        assertThat(Source.window("app", "left").matches(left)).isTrue();
        assertThat(Source.window("app", "left").matches(Identity.of("app"))).isFalse();
    }

    @Test
    void aSourceIsWrittenAsPresenceDocumentsHaveIt() {
        assertThat(Source.anyone().text()).isEqualTo("*");
        assertThat(Source.application("app").text()).isEqualTo("app");
        assertThat(Source.window("app", "left").text()).isEqualTo("app/left");
        assertThat(Source.window("app", "app").text()).as("not all windows").isEqualTo("app/app");
    }
}
