package io.signalbox.server.http;

import java.util.Map;

/** A refusal that HTTP alone knows; all others come from the catalogue of reason codes. */
final class HttpProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Map<String, String> headers;

    HttpProblem(int status, String code, String detail) {
        this(status, code, detail, Map.of());
    }

    HttpProblem(int status, String code, String detail, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.headers = headers;
    }

    static HttpProblem badParameter(String detail) {
        return new HttpProblem(400, "parameter-invalid", detail);
    }

    static HttpProblem starting() {
        return new HttpProblem(
                503,
                "starting",
                "the server is starting; /health/ready says when it serves",
                Map.of("retry-after", "1"));
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Map<String, String> headers() {
        return headers;
    }
}
