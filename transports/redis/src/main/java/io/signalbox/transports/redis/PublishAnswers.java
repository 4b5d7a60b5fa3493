package io.signalbox.transports.redis;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Receipt.Outcome;
import io.signalbox.transport.Refusal;
import org.jspecify.annotations.Nullable;

/** What became of a batch: its answer of {@code publish.lua}, or one refusal for all. */
final class PublishAnswers {
    private final String[] tokens;
    private final @Nullable PublishBatch batch;
    private final Durability reached;
    private final @Nullable Refusal refusal;

    private PublishAnswers(
            String[] tokens, @Nullable PublishBatch batch, Durability reached, @Nullable Refusal refusal) {
        this.tokens = tokens;
        this.batch = batch;
        this.reached = reached;
        this.refusal = refusal;
    }

    static PublishAnswers of(String answer, PublishBatch batch, Durability reached) {
        return new PublishAnswers(answer.split(" "), batch, reached, null);
    }

    static PublishAnswers refused(Refusal refusal) {
        return new PublishAnswers(new String[0], null, Durability.NONE, refusal);
    }

    /** Null, or why nobody knows whether it was taken. */
    @Nullable
    Refusal outage() {
        return refusal != null && refusal.reason() == ReasonCode.BUSY ? refusal : null;
    }

    void tell(Outgoing out, int index) {
        if (refusal != null) {
            out.callback().refused(out.context(), refusal);
            return;
        }
        String token = tokens[index];
        String rest = token.substring(1);
        switch (token.charAt(0)) {
            case 'R' -> published(out, Outcome.ROUTED, rest);
            case 'N' -> published(out, Outcome.NO_SUBSCRIBERS, rest);
            case 'D' -> published(out, Outcome.DUPLICATE, rest);
            case 'F' -> refused(out, ReasonCode.QUEUE_FULL, "the queue " + queue(rest) + " is full");
            case 'X' ->
                refused(out, ReasonCode.QUOTA_EXCEEDED, "no room for another retained topic (retainedTopicsMax)");
            case 'L' ->
                refused(out, ReasonCode.PAYLOAD_TOO_LARGE, "the queue " + queue(rest) + " never holds as many bytes");
            case 'M' ->
                refused(
                        out,
                        ReasonCode.MALFORMED,
                        EntryFields.DEATHS + " is no list of deaths, each with its source and reason");
            case 'H' -> refused(out, ReasonCode.BUSY, "an earlier one of its topic or ordering key waits");
            default -> out.callback().published(out.context(), Outcome.DUPLICATE, reached, 0); // somebody was first
        }
    }

    private static void refused(Outgoing out, ReasonCode reason, String detail) {
        out.callback().refused(out.context(), new Refusal(reason, detail));
    }

    private String queue(String number) {
        return batch == null ? number : batch.queue(Integer.parseInt(number));
    }

    /** What is published at most once goes by Pub/Sub, which nothing keeps. */
    private void published(Outgoing out, Outcome outcome, String id) {
        Durability level = out.message().guarantee() == Guarantee.AT_MOST_ONCE && reached.atLeast(Durability.ROUTED)
                ? Durability.ROUTED
                : reached;
        out.callback().published(out.context(), outcome, level, StreamId.of(id).sequence());
    }
}
