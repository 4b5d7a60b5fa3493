package io.signalbox.client.spool;

import java.util.concurrent.CompletionStage;

/**
 * A message on its way, and the two things there are to hear of it. Both stages are completed on a thread of the client's
 * own that serves all of them: what blocks belongs on another ({@code thenApplyAsync}).
 */
public interface Publication {
    /**
     * First: the message is safe here. It survives {@code kill -9} and a power cut when the spool is on disk, and will go
     * to the server whatever happens to the connection.
     *
     * @return fails with a {@link SpoolFullException}, or a {@link io.signalbox.error.SignalboxException} when the disk
     *     refuses or the client is closed; then the message goes nowhere
     */
    CompletionStage<Spooled> spooled();

    /**
     * Second: the server has answered for it, with the durability of its topic. May take as long as the outage.
     *
     * @return fails with a {@link RefusedException} when the server will never take it, an {@link ExpiredException}
     *     when its time was over before, or when the client closes; in that case a message on disk goes the next time
     */
    CompletionStage<Acknowledged> acknowledged();

    /**
     * @param sequence counts what this spool was given, from 1
     * @param idempotencyKey by which the server knows the message, however often it comes
     * @param durable on disk
     */
    record Spooled(long sequence, String idempotencyKey, boolean durable) {}

    /** @param subscribers false: the server has it, but nobody is subscribed to its topic */
    record Acknowledged(boolean subscribers) {}
}
