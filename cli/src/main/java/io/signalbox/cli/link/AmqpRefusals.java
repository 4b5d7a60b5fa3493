package io.signalbox.cli.link;

import io.signalbox.cli.link.LinkException.Kind;
import io.signalbox.error.SignalboxException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.apache.qpid.protonj2.client.DeliveryState;
import org.apache.qpid.protonj2.client.ErrorCondition;
import org.apache.qpid.protonj2.client.exceptions.ClientConnectionRemotelyClosedException;
import org.apache.qpid.protonj2.client.exceptions.ClientConnectionSecurityException;
import org.apache.qpid.protonj2.client.exceptions.ClientResourceRemotelyClosedException;
import org.apache.qpid.protonj2.client.impl.ClientDeliveryState.ClientRejected;
import org.jspecify.annotations.Nullable;

/** The client's exceptions in words; the one place that knows them. */
final class AmqpRefusals {
    private static final String UNAUTHORIZED = "amqp:unauthorized-access";

    private AmqpRefusals() {}

    static Throwable of(Throwable failure, String address) {
        Throwable cause = failure;
        while (cause instanceof ExecutionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case LinkException already -> already;
            case SignalboxException invalid -> invalid;
            case ClientConnectionSecurityException e ->
                tls(e) == null
                        ? new LinkException(
                                Kind.NOT_PERMITTED,
                                "the server at " + address + " refused the connection: " + text(e)
                                        + "; check user name (-u) and password (-P)")
                        : unreachable(e, address);
            case ClientResourceRemotelyClosedException e -> refused(e.getErrorCondition(), e);
            case ClientConnectionRemotelyClosedException e
            when e.getErrorCondition() != null -> refused(e.getErrorCondition(), e);
            default -> unreachable(cause, address);
        };
    }

    /** An outcome that is not accepted. */
    static LinkException of(@Nullable DeliveryState outcome) {
        return switch (outcome) {
            case ClientRejected rejected ->
                new LinkException(
                        UNAUTHORIZED.equals(rejected.getCondition()) ? Kind.NOT_PERMITTED : Kind.REFUSED,
                        "the message was refused: " + rejected.getDescription() + " (" + rejected.getCondition() + ")");
            case null -> new LinkException(Kind.UNAVAILABLE, "the connection was lost before the message was settled");
            default ->
                new LinkException(
                        Kind.UNAVAILABLE,
                        "the server has no room for the message (" + outcome.getType() + "); try again");
        };
    }

    private static LinkException refused(@Nullable ErrorCondition condition, Exception failure) {
        return condition == null
                ? new LinkException(Kind.REFUSED, "the server refused: " + text(failure))
                : new LinkException(
                        UNAUTHORIZED.equals(condition.condition()) ? Kind.NOT_PERMITTED : Kind.REFUSED,
                        "the server refused: " + condition.description() + " (" + condition.condition() + ")");
    }

    private static LinkException unreachable(Throwable failure, String address) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnknownHostException unknown -> {
                    return new LinkException(Kind.UNAVAILABLE, "no such host: " + address);
                }
                case UnresolvedAddressException unknown -> {
                    return new LinkException(Kind.UNAVAILABLE, "no such host: " + address);
                }
                case ConnectException refused -> {
                    return new LinkException(
                            Kind.UNAVAILABLE,
                            "no server answers at " + address
                                    + "; start one with 'signalbox server --set amqp.enabled=true', or name it with -L");
                }
                default -> {}
            }
        }
        Throwable tls = tls(failure);
        return new LinkException(
                Kind.UNAVAILABLE,
                tls == null
                        ? "the connection to " + address + " was lost: " + text(failure)
                        : "TLS with " + address + " failed: " + text(tls)
                                + "; name the authority of the server's certificate with --cafile FILE");
    }

    private static @Nullable Throwable tls(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof SSLException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String text(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
