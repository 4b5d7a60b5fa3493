package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Reason;
import org.jspecify.annotations.Nullable;

/** How an event that was let in ends. */
sealed interface End {
    End HANDLED = new Handled();
    End KEPT = new Kept();

    /** All of its handlers have succeeded. */
    record Handled() implements End {}

    /** Dead, and the bus has the letters. */
    record Kept() implements End {}

    /** Dead, and where it came from it is to be kept. */
    record GivenBack(Reason reason, @Nullable Throwable error) implements End {}

    /** No handler was asked, or there was none any more. */
    record Dropped(Reason reason) implements End {}
}
