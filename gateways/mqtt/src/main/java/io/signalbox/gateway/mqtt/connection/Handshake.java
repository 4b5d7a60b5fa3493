package io.signalbox.gateway.mqtt.connection;

import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.gateway.mqtt.connect.ConnackWriter;
import io.signalbox.gateway.mqtt.connect.ConnectPacket;
import io.signalbox.gateway.mqtt.connect.ConnectRefused;
import io.signalbox.gateway.mqtt.connect.TransportPeer;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.ReasonCodes;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.ReservedNames;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What follows from a CONNECT, and what may speak against it. Immutable. */
final class Handshake {
    /** Deliveries under way at once to a client that sets no lower limit. */
    private static final int UNSETTLED_MAX = 2_000;

    /** Longer ones would leave the answers' topics no room for anything else. */
    private static final int RESPONSE_CLIENT_ID_CHARS_MAX = 1_024;

    final ConnectPacket packet;
    final boolean five;
    final String clientId;
    final boolean clientIdAssigned;
    final long sessionExpirySeconds;
    final int keepAliveSeconds;

    private final MqttConfig config;

    /** @throws ConnectRefused for what can be said without asking anybody */
    Handshake(ConnectPacket packet, MqttConfig config) {
        this.packet = packet;
        this.config = config;
        five = packet.version() == ConnectPacket.VERSION_5;
        if (packet.authenticationMethod() != null) {
            throw refuse(
                    MqttReason.BAD_AUTHENTICATION_METHOD,
                    "no authentication method is served beside user name and password");
        }
        if (packet.clientId().isEmpty() && !five && !packet.cleanStart()) {
            throw refuse(MqttReason.CLIENT_IDENTIFIER_NOT_VALID, "a session that is to stay needs a client identifier");
        }
        String reserved = ReservedNames.prefixOf(packet.clientId());
        if (!reserved.isEmpty()) {
            throw refuse(
                    MqttReason.CLIENT_IDENTIFIER_NOT_VALID,
                    "client identifiers that begin with '" + reserved + "' are the server's own");
        }
        if (!config.anonymous() && packet.userName() == null) {
            throw refuse(MqttReason.NOT_AUTHORIZED, "anonymous clients are not allowed; give a user name");
        }
        clientIdAssigned = packet.clientId().isEmpty();
        clientId = clientIdAssigned ? "auto-" + UUID.randomUUID() : packet.clientId();
        sessionExpirySeconds = Math.min(requestedExpiry(), config.sessionExpiryMaxSeconds());
        int max = config.keepAliveMaxSeconds();
        boolean capped = five && max > 0 && (packet.keepAliveSeconds() == 0 || packet.keepAliveSeconds() > max);
        keepAliveSeconds = capped ? max : packet.keepAliveSeconds();
    }

    /** In seconds, as the client asked for. */
    long requestedExpiry() {
        if (five) {
            Long asked = packet.sessionExpirySeconds();
            return asked == null ? 0 : asked;
        }
        return packet.cleanStart() ? 0 : MqttConfig.NEVER;
    }

    static Duration expiry(long seconds) {
        return seconds == MqttConfig.NEVER ? SessionOptions.NEVER : Duration.ofSeconds(seconds);
    }

    Credentials credentials(String remoteAddress) {
        return new Credentials(clientId, packet.userName(), packet.password(), remoteAddress);
    }

    SessionOptions options(Principal principal) {
        TransportPeer transport = packet.transport();
        return new SessionOptions(
                clientId,
                principal,
                packet.cleanStart(),
                expiry(sessionExpirySeconds),
                transport == null ? config.queueMessagesMax() : transport.queueMessagesMax(config),
                transport == null ? config.queueBytesMax() : transport.queueBytesMax(config),
                transport == null ? config.overflow() : transport.overflow(config),
                Math.min(packet.receiveMaximum(), UNSETTLED_MAX),
                Duration.ZERO);
    }

    ConnackWriter.Accepted accepted(Session session, Capabilities capabilities) {
        Long asked = packet.sessionExpirySeconds();
        return new ConnackWriter.Accepted(
                session.resumed(),
                asked != null && asked != sessionExpirySeconds ? Long.valueOf(sessionExpirySeconds) : null,
                config.receiveMaximum(),
                config.packetBytesMax(),
                config.topicAliasMax(),
                keepAliveSeconds == packet.keepAliveSeconds() ? null : Integer.valueOf(keepAliveSeconds),
                clientIdAssigned ? clientId : null,
                responseInformation(),
                capabilities.has(Capabilities.Feature.RETAINED),
                capabilities.has(Capabilities.Feature.WILDCARDS),
                capabilities.has(Capabilities.Feature.SHARE_GROUPS),
                packet.transport() == null ? null : capabilities.features());
    }

    /** A client identifier may hold what a topic may not, and be as long as one. */
    private @Nullable String responseInformation() {
        if (!packet.responseInformation() || clientId.length() > RESPONSE_CLIENT_ID_CHARS_MAX) {
            return null;
        }
        boolean usable = clientId.indexOf('+') < 0 && clientId.indexOf('#') < 0;
        return usable ? "reply/" + clientId + "/" : null;
    }

    ConnectRefused refuse(MqttReason reason, String detail) {
        return new ConnectRefused(packet.version(), reason, detail);
    }

    /** For a stage that failed. */
    ConnectRefused refuse(@Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof SignalboxException known) {
            return refuse(ReasonCodes.toConnack(known.reason()), String.valueOf(known.getMessage()));
        }
        return refuse(MqttReason.SERVER_UNAVAILABLE, "the server could not open the session; see its log");
    }
}
