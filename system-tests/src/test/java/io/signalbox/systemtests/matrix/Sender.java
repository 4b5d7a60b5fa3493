package io.signalbox.systemtests.matrix;

import io.signalbox.systemtests.process.ServerProcess;

/** A client that publishes one message, and returns when the server has it. */
interface Sender {
    /** How it writes. */
    Wire wire();

    void publish(ServerProcess server, Letter letter) throws Exception;
}
