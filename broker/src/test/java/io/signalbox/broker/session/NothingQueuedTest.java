package io.signalbox.broker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class NothingQueuedTest {
    @Test
    void whatAllSessionsShareTakesNothing() {
        Queue<String> shared = NothingQueued.shared();
        assertThatThrownBy(() -> shared.add("a")).isInstanceOf(IllegalStateException.class);
        assertThat(shared).isEmpty();
        assertThat(shared.peek()).isNull();
        assertThat(shared.poll()).isNull();
        assertThat(shared.removeIf(any -> true)).isFalse();
    }

    @Test
    void whoAddsGetsAQueueOfItsOwnOnce() {
        Queue<String> own = NothingQueued.own(NothingQueued.<String>shared(), ArrayDeque::new);
        own.add("a");
        assertThat(NothingQueued.own(own, ArrayDeque::new)).isSameAs(own).containsExactly("a");
        assertThat(NothingQueued.<String>shared()).isEmpty();
    }
}
