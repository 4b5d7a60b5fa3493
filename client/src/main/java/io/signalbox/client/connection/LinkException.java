package io.signalbox.client.connection;

/** A connection could not be made. */
public final class LinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient LinkLoss loss;

    public LinkException(LinkLoss loss, Throwable cause) {
        super(loss.reason(), cause);
        this.loss = loss;
    }

    LinkLoss loss() {
        return loss;
    }
}
