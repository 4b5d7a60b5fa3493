package io.signalbox.transports.remote.wire;

/** Takes what a connection brings, on the loop; must not block. */
public interface Receiver {
    void arrived(Delivery delivery);

    /** What is written goes out again. */
    void writable();
}
