package io.signalbox.server.http;

/**
 * What all connections together may make the server hold.
 *
 * @param bodies of requests, from their first byte until they are answered
 * @param answers from when they are known until they are written
 */
record Memory(ByteBudget bodies, ByteBudget answers) {
    static Memory ofHeap() {
        return new Memory(ByteBudget.ofHeap(), ByteBudget.ofHeap());
    }
}
