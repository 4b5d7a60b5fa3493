package io.signalbox.bus.handler;

import io.signalbox.bus.message.Query;

/** Answers one type of query. Called concurrently. */
@FunctionalInterface
public interface QueryFunction<Q extends Query<? extends R>, R> {
    R answer(Q query) throws Exception;
}
