package io.signalbox.benchmarks.load;

/** A run that cannot go on: the server refused, closed or broke the protocol, or the system said no. */
public final class LoadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LoadException(String message) {
        super(message);
    }
}
