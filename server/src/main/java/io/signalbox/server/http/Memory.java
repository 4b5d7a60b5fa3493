package io.signalbox.server.http;

/** What all connections together may make the server hold. */
record Memory(Bodies bodies, UnreadAnswers answers) {
    static Memory ofHeap(int bodyBytesMax) {
        return new Memory(new Bodies(ByteBudget.ofHeap(), bodyBytesMax), new UnreadAnswers(ByteBudget.ofHeap()));
    }
}
