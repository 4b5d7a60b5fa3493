package io.signalbox.cli.link;

import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.signalbox.cli.link.LinkException.Kind;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/** The client's exceptions in words; the one place that knows them. */
final class Refusals {
    private static final int NOT_AUTHORIZED = 0x87;

    private Refusals() {}

    static LinkException of(Throwable failure, String address) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case LinkException already -> already;
            case Mqtt5ConnAckException e ->
                refused(
                        "the server at " + address + " refused the connection",
                        e.getMqttMessage().getReasonCode(),
                        e.getMqttMessage().getReasonString());
            case Mqtt3ConnAckException e -> refused(e, address);
            case Mqtt5DisconnectException e ->
                refused(
                        "the server ended the connection",
                        e.getMqttMessage().getReasonCode(),
                        e.getMqttMessage().getReasonString());
            case Mqtt5PubAckException e ->
                refused(
                        "the message was refused",
                        e.getMqttMessage().getReasonCode(),
                        e.getMqttMessage().getReasonString());
            case Mqtt5PubRecException e ->
                refused(
                        "the message was refused",
                        e.getMqttMessage().getReasonCode(),
                        e.getMqttMessage().getReasonString());
            case Mqtt5SubAckException e ->
                refused(
                        "the subscription was refused",
                        e.getMqttMessage().getReasonCodes().stream()
                                .filter(Mqtt5ReasonCode::isError)
                                .findFirst()
                                .orElseThrow(),
                        e.getMqttMessage().getReasonString());
            case MqttEncodeException e ->
                new LinkException(Kind.REFUSED, "the message is not sent, the server would not take it: " + text(e));
            case ConnectionFailedException e -> unreachable(e, address);
            default ->
                new LinkException(Kind.UNAVAILABLE, "the connection to " + address + " was lost: " + text(cause));
        };
    }

    /** Whether trying again would not help, or would throw another client out. */
    static boolean isFinal(Throwable failure) {
        return switch (failure) {
            case Mqtt5DisconnectException e ->
                e.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER
                        || e.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.NOT_AUTHORIZED;
            case Mqtt5ConnAckException e -> of(e, "").kind() == Kind.NOT_PERMITTED;
            case Mqtt3ConnAckException e -> of(e, "").kind() == Kind.NOT_PERMITTED;
            default -> false;
        };
    }

    private static LinkException refused(String what, Mqtt5ReasonCode code, Optional<?> reasonString) {
        String name = code.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
        String text = what + ": " + name + String.format(" (0x%02X)", code.getCode())
                + reasonString.map(reason -> ": " + reason).orElse("");
        return switch (code.getCode()) {
            case 0x86 -> new LinkException(Kind.NOT_PERMITTED, text + "; check user name (-u) and password (-P)");
            case NOT_AUTHORIZED -> new LinkException(Kind.NOT_PERMITTED, text);
            case 0x88, 0x89, 0x8B -> new LinkException(Kind.UNAVAILABLE, text + "; try again later");
            default -> new LinkException(Kind.REFUSED, text);
        };
    }

    private static LinkException refused(Mqtt3ConnAckException e, String address) {
        String text = "the server at " + address + " refused the connection: "
                + e.getMqttMessage()
                        .getReturnCode()
                        .toString()
                        .toLowerCase(Locale.ROOT)
                        .replace('_', ' ');
        return switch (e.getMqttMessage().getReturnCode()) {
            case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED ->
                new LinkException(Kind.NOT_PERMITTED, text + "; check user name (-u) and password (-P)");
            case SERVER_UNAVAILABLE -> new LinkException(Kind.UNAVAILABLE, text + "; try again later");
            default -> new LinkException(Kind.REFUSED, text);
        };
    }

    private static LinkException unreachable(ConnectionFailedException failure, String address) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnknownHostException unknown -> {
                    return new LinkException(
                            Kind.UNAVAILABLE, "no such host: " + address + "; name the server with -h HOST -p PORT");
                }
                case UnresolvedAddressException unknown -> {
                    return new LinkException(
                            Kind.UNAVAILABLE, "no such host: " + address + "; name the server with -h HOST -p PORT");
                }
                case ConnectException refused -> {
                    return new LinkException(
                            Kind.UNAVAILABLE,
                            "no server answers at " + address
                                    + "; start one with 'signalbox server', or name it with -h HOST -p PORT");
                }
                case SSLException tls -> {
                    return new LinkException(
                            Kind.UNAVAILABLE,
                            "TLS with " + address + " failed: " + text(tls)
                                    + "; name the authority of the server's certificate with --cafile FILE");
                }
                default -> {}
            }
        }
        return new LinkException(Kind.UNAVAILABLE, "cannot connect to " + address + ": " + text(failure));
    }

    private static String text(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
