package io.signalbox.cli.link;

import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * When to stop waiting for a server that does not answer.
 *
 * @param leftNanos until the command's own time is over; asked at each wait
 * @param end done when nobody wants the answer any more, such as after Ctrl-C
 */
public record Patience(LongSupplier leftNanos, CompletableFuture<?> end) {}
