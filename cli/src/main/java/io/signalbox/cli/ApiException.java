package io.signalbox.cli;

/** The server refused; the text is what it said. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    ApiException(int status, String text) {
        super(text);
        this.status = status;
    }

    int status() {
        return status;
    }
}
