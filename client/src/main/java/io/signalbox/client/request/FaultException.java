package io.signalbox.client.request;

/** Whoever was asked answered that he failed; the text is his. */
public final class FaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FaultException(String text) {
        super(text);
    }
}
