package io.signalbox.client.request;

import io.signalbox.client.subscribe.Received;

/** Answers a question. Called one at a time, on a virtual thread: it may block. */
@FunctionalInterface
public interface Responder<Q, A> {
    /** What it throws is told to who asked, in words; a question that asks for no answer becomes a dead letter then. */
    A answer(Received<Q> question) throws Exception;
}
