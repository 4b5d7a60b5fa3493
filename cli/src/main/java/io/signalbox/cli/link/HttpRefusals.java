package io.signalbox.cli.link;

import io.signalbox.cli.link.LinkException.Kind;
import io.signalbox.error.SignalboxException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an HTTP server answers with when it does not do what it was asked, and what keeps it from answering. */
public final class HttpRefusals {
    private HttpRefusals() {}

    /** The words of a problem (RFC 9457): what is wrong, its code, and what to do. */
    public static String text(int status, String body) {
        JsonNode problem = problem(body);
        String detail = Stream.of("detail", "title")
                .map(name -> field(problem, name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("the server answered " + status);
        String code = field(problem, "code");
        String remedy = field(problem, "remedy");
        return detail + (code == null ? "" : " (" + code + ")") + (remedy == null ? "" : " - " + remedy);
    }

    static LinkException of(int status, String body) {
        String code = field(problem(body), "code");
        Kind kind = code == null
                ? Kind.REFUSED
                : switch (code) {
                    case "no-responders" -> Kind.NO_RESPONDERS;
                    case "no-reply" -> Kind.TIMED_OUT;
                    default -> Kind.REFUSED;
                };
        if (kind == Kind.REFUSED) {
            kind = status == 401 || status == 403
                    ? Kind.NOT_PERMITTED
                    : status >= 500 ? Kind.UNAVAILABLE : Kind.REFUSED;
        }
        return new LinkException(kind, text(status, body));
    }

    static Throwable of(Throwable failure, String address) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case LinkException already -> already;
            case SignalboxException invalid -> invalid;
            case ConnectException e
            when e.getCause() instanceof UnresolvedAddressException ->
                new LinkException(Kind.UNAVAILABLE, "no such host: " + address);
            case ConnectException refused ->
                new LinkException(
                        Kind.UNAVAILABLE,
                        "no server answers at " + address + "; start one with 'signalbox server', or name it with -L");
            case SSLException tls ->
                new LinkException(
                        Kind.UNAVAILABLE,
                        "TLS with " + address + " failed: " + words(tls)
                                + "; name the authority of the server's certificate with --cafile FILE");
            default ->
                new LinkException(Kind.UNAVAILABLE, "the connection to " + address + " was lost: " + words(cause));
        };
    }

    /** The server no longer knows the consumer: it was not polled for long, or the server was restarted. */
    static boolean isForgotten(LinkException reason) {
        return String.valueOf(reason.getMessage()).contains("(session-not-found)");
    }

    private static @Nullable JsonNode problem(String body) {
        try {
            return JsonMapper.shared().readTree(body);
        } catch (JacksonException notJson) {
            return null;
        }
    }

    private static @Nullable String field(@Nullable JsonNode problem, String name) {
        return problem == null || !problem.path(name).isString()
                ? null
                : problem.path(name).asString();
    }

    private static String words(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
