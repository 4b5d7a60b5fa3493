package io.signalbox.server.http;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;

/** Answers of all connections from when they are known until they are written. Thread safe. */
final class UnreadAnswers {
    /** Not worth counting. */
    private static final int SMALL_BYTES = 4 << 10;

    private static final Response.Whole TOO_MUCH = Problems.of(new SignalboxException(
            ReasonCode.BUSY, "answers that nobody has read yet fill an eighth of the heap; try again"));

    private final ByteBudget budget;

    UnreadAnswers(ByteBudget budget) {
        this.budget = budget;
    }

    /** @return the answer, or a small one if there is no room for it; {@link #written} must follow */
    Response.Whole take(Response.Whole answer) {
        return budget.take(counted(answer)) ? answer : TOO_MUCH;
    }

    /** Or never will be. */
    void written(Response.Whole answer) {
        budget.giveBack(counted(answer));
    }

    private static int counted(Response.Whole answer) {
        int bytes = answer.body().length;
        return bytes > SMALL_BYTES ? bytes : 0;
    }
}
