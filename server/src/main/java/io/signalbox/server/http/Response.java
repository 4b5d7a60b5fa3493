package io.signalbox.server.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What an endpoint answers. */
sealed interface Response {
    String JSON = "application/json";

    record Whole(int status, String contentType, byte[] body, Map<String, String> headers) implements Response {}

    /** A body of unknown length, written as it comes. */
    record Streamed(String contentType, Body body) implements Response {}

    /** Runs on the request's virtual thread and may block. */
    interface Body {
        void writeTo(Sink sink) throws Exception;
    }

    /** Blocks while the reader is slow. */
    interface Sink {
        /** @throws IOException the reader is gone, or did not read for too long */
        void write(byte[] chunk) throws IOException;

        boolean open();
    }

    static Whole json(Object value) {
        return json(200, value);
    }

    static Whole json(int status, Object value) {
        return new Whole(status, JSON, Json.bytes(value), Map.of());
    }

    static Whole text(int status, String contentType, String text) {
        return new Whole(status, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
