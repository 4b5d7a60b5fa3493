package io.signalbox.server.http;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every failure into {@code application/problem+json} (RFC 9457); the one place that knows the statuses. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String TYPE = "application/problem+json";

    private Problems() {}

    static Response.Whole of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case HttpProblem p -> response(p.status(), p.code(), p.code().replace('-', ' '), text(p), "", p.headers());
            case SignalboxException e ->
                response(
                        status(e.reason()),
                        e.reason().code(),
                        e.reason().cause(),
                        text(e),
                        e.reason().remedy(),
                        headers(e.reason()));
            default -> {
                LOG.error("a request failed for a reason of the server's own", cause);
                ReasonCode reason = ReasonCode.INTERNAL;
                yield response(
                        500,
                        reason.code(),
                        reason.cause(),
                        cause.getClass().getSimpleName(),
                        reason.remedy(),
                        Map.of());
            }
        };
    }

    static int status(ReasonCode reason) {
        return switch (reason) {
            case TOPIC_INVALID, FILTER_INVALID, TOPIC_TOO_DEEP, MALFORMED -> 400;
            case BAD_CREDENTIALS -> 401;
            case NOT_AUTHORIZED, AUTH_FAILED, POLICY -> 403;
            case SESSION_NOT_FOUND, DEAD_LETTER_NOT_FOUND -> 404;
            case SEQUENCE_CONFLICT, SESSION_TAKEN_OVER -> 409;
            case PAYLOAD_TOO_LARGE -> 413;
            case PAYLOAD_UNREADABLE, SCHEMA_MISMATCH, DECRYPT_FAILED -> 422;
            case QUOTA_EXCEEDED, QUEUE_FULL, SESSION_LIMIT -> 429;
            case INTERNAL -> 500;
            case NOT_SUPPORTED -> 501;
            case STORAGE_FAILED, NO_RESPONDERS, PARTIAL, PLAN_UNMET, BUSY, SHUTTING_DOWN, CLOSED -> 503;
            case STORAGE_FULL -> 507;
        };
    }

    private static Map<String, String> headers(ReasonCode reason) {
        return switch (reason) {
            case BAD_CREDENTIALS -> Map.of("www-authenticate", "Basic realm=\"signalbox\", charset=\"UTF-8\"");
            case BUSY, QUEUE_FULL, QUOTA_EXCEEDED, SHUTTING_DOWN -> Map.of("retry-after", "1");
            default -> Map.of();
        };
    }

    private static String text(Throwable e) {
        return String.valueOf(e.getMessage());
    }

    private static Response.Whole response(
            int status, String code, String title, String detail, String remedy, Map<String, String> headers) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "urn:signalbox:problem:" + code);
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        body.put("code", code);
        if (!remedy.isEmpty()) {
            body.put("remedy", remedy);
        }
        return new Response.Whole(status, TYPE, Json.bytes(body), headers);
    }
}
