package io.signalbox.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.remote.Inbox;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an {@link Inbox} must do, so that what comes twice is handled once. To be extended by the tests of each. */
public abstract class InboxContract {
    @SuppressWarnings("NullAway.Init") // before each
    private Inbox inbox;

    /** One that has seen nothing. */
    protected abstract Inbox open() throws Exception;

    @BeforeEach
    final void openOne() throws Exception {
        inbox = open();
    }

    @Test
    void whatWasNotedWasHandledAndNothingElse() {
        assertThat(inbox.isHandled("billing", "id-1")).isFalse();
        inbox.handled("billing", "id-1");
        assertThat(inbox.isHandled("billing", "id-1")).isTrue();
        assertThat(inbox.isHandled("billing", "id-2")).isFalse();
    }

    @Test
    void eachConsumerHasItsOwn() {
        inbox.handled("billing", "id-1");
        assertThat(inbox.isHandled("shipping", "id-1")).isFalse();
        inbox.handled("shipping", "id-1");
        assertThat(inbox.isHandled("shipping", "id-1")).isTrue();
    }

    @Test
    void toNoteItTwiceIsAsGoodAsOnce() {
        inbox.handled("billing", "id-1");
        inbox.handled("billing", "id-1");
        assertThat(inbox.isHandled("billing", "id-1")).isTrue();
    }

    @Test
    void namesAreTakenAsTheyAre() {
        inbox.handled("a", "b'c");
        inbox.handled("A", "bc ");
        assertThat(inbox.isHandled("a", "b'c")).isTrue();
        assertThat(inbox.isHandled("ab", "'c")).isFalse();
        assertThat(inbox.isHandled("a", "bc ")).isFalse();
        assertThat(inbox.isHandled("A", "bc")).isFalse();
        assertThat(inbox.isHandled("A", "bc ")).isTrue();
    }

    @Test
    void manyMayNoteTheSameAtOnce() {
        CompletableFuture<?>[] all = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.runAsync(() -> inbox.handled("billing", "id-" + i % 4)))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(all).join();
        assertThat(IntStream.range(0, 5).filter(i -> inbox.isHandled("billing", "id-" + i)))
                .containsExactly(0, 1, 2, 3);
    }
}
