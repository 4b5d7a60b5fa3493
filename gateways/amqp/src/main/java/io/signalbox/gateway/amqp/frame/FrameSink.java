package io.signalbox.gateway.amqp.frame;

/** Takes what a connection sends, on its loop. */
public interface FrameSink {
    /** @param header the eight bytes of a protocol header (2.2), big endian */
    void onHeader(long header);

    /** @param frame a whole frame, its own array */
    void onFrame(byte[] frame);

    void onViolation(Violation violation);

    void onBytes(int count);

    void onReadEnd();

    void onWritability();

    /** The socket is closed. */
    void onGone();

    void onFailure(Throwable cause);
}
