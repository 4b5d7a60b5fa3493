package io.signalbox.bus.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    private final List<String> closed = new ArrayList<>();

    private Registration named(String name) {
        return () -> closed.add(name);
    }

    private Registration throwing(RuntimeException error) {
        return () -> {
            throw error;
        };
    }

    @Test
    void ofSeveralEachIsClosedWhateverTheOthersThrow() {
        RuntimeException last = new IllegalStateException("last");
        RuntimeException middle = new IllegalStateException("middle");
        Registration all = Registration.all(List.of(named("a"), throwing(middle), named("b"), throwing(last)));
        assertThatThrownBy(all::close).isSameAs(last).hasSuppressedException(middle);
        assertThat(closed).containsExactly("b", "a");
    }
}
