package io.signalbox.gateway.mqtt.connection;

import io.netty.buffer.ByteBuf;
import io.signalbox.access.Principal;
import io.signalbox.gateway.listener.EventLoopLane;
import io.signalbox.gateway.mqtt.config.MqttCounter;
import io.signalbox.gateway.mqtt.config.Peer;
import io.signalbox.gateway.mqtt.connect.ConnackWriter;
import io.signalbox.gateway.mqtt.connect.ConnectReader;
import io.signalbox.gateway.mqtt.connect.ConnectRefused;
import io.signalbox.gateway.mqtt.frame.MqttReason;
import io.signalbox.gateway.mqtt.frame.OutboundBatch;
import io.signalbox.gateway.mqtt.frame.RetryAfter;
import io.signalbox.gateway.mqtt.will.Will;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Session;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The way from a CONNECT to an open session: read, authenticated, its will permitted, the session opened. Each stage
 * comes back to the connection's loop, where the client may have gone meanwhile. Forgotten once the session is open.
 */
final class Opening {
    /** How much more memory a packet takes once it is read, at most: its texts are many small objects. */
    private static final int PARSED_PER_BYTE = 2;

    private final MqttConnection connection;
    private final Hall hall;
    private final EventLoopLane lane;
    private @Nullable Handshake handshake;
    private @Nullable CompletionStage<Principal> authentication;
    private int chargedBytes;

    Opening(MqttConnection connection, Hall hall, EventLoopLane lane) {
        this.connection = connection;
        this.hall = hall;
        this.lane = lane;
    }

    /** @throws io.signalbox.gateway.mqtt.frame.ProtocolException if the packet is no CONNECT */
    void begin(ByteBuf in, int end, String remoteAddress) {
        int bytes = end - in.readerIndex();
        try {
            Handshake shake = new Handshake(ConnectReader.read(in, end), hall.config);
            handshake = shake;
            chargedBytes = bytes * PARSED_PER_BYTE;
            if (!hall.chargeStrangers(chargedBytes)) {
                throw shake.refuse(
                        MqttReason.SERVER_BUSY, "the clients who wait to be let in fill the memory; try again later");
            }
            if (hall.closing()) {
                throw shake.refuse(MqttReason.SERVER_UNAVAILABLE, "the server is shutting down");
            }
            CompletionStage<Principal> asked = hall.authenticator.authenticate(shake.credentials(remoteAddress));
            authentication = asked;
            asked.whenComplete((principal, error) -> lane.execute(() -> onAuthenticated(shake, principal, error)));
        } catch (ConnectRefused e) {
            noLongerStranger();
            connection.onRefused(e);
        } catch (RuntimeException e) {
            noLongerStranger();
            throw e;
        }
    }

    private void onAuthenticated(Handshake shake, @Nullable Principal principal, @Nullable Throwable error) {
        noLongerStranger();
        if (!connection.isOpening()) {
            return;
        }
        try {
            if (principal == null) {
                throw shake.refuse(error);
            }
            Will will = shake.packet.will();
            if (will != null
                    && !hall.authorizer.mayPublish(principal, will.message().topic())) {
                hall.counters.increment(MqttCounter.WILL_NOT_AUTHORIZED);
                throw shake.refuse(MqttReason.NOT_AUTHORIZED, "publishing to the will's topic is not permitted");
            }
            if (will != null
                    && will.message().retain()
                    && !hall.transport.capabilities().has(Capabilities.Feature.RETAINED)) {
                throw shake.refuse(MqttReason.RETAIN_NOT_SUPPORTED, "this server keeps no retained messages");
            }
            if (!hall.isFree(shake.clientId, principal)) {
                throw shake.refuse(
                        MqttReason.NOT_AUTHORIZED, "the client identifier is in use by another user; choose your own");
            }
            Peer peer = new Peer(
                    shake.five,
                    shake.clientId,
                    principal,
                    shake.packet.packetBytesMax(),
                    shake.packet.topicAliasMax(),
                    shake.packet.problemInformation(),
                    shake.packet.sequences(),
                    shake.keepAliveSeconds,
                    hall.time.millis(),
                    shake.packet.transport() != null);
            hall.transport
                    .open(shake.options(principal), lane, connection.fromSession)
                    .whenComplete((opened, failure) -> {
                        // On the lane already: at once, for the first deliveries may be waiting behind this task.
                        if (lane.inLane()) {
                            onOpened(shake, peer, opened, failure);
                        } else {
                            lane.execute(() -> onOpened(shake, peer, opened, failure));
                        }
                    });
        } catch (ConnectRefused e) {
            connection.onRefused(e);
        } catch (RuntimeException e) {
            connection.onFault(e);
        }
    }

    private void onOpened(Handshake shake, Peer peer, @Nullable Session opened, @Nullable Throwable error) {
        if (!connection.isOpening()) {
            if (opened != null && !connection.wasDetached()) {
                opened.detach(false);
            }
        } else if (opened == null) {
            connection.onRefused(shake.refuse(error));
        } else {
            connection.onOpened(shake, peer, opened);
        }
    }

    /** The client went: nobody needs the answer, and its password need not be checked. */
    void abandon() {
        if (authentication != null) {
            authentication.toCompletableFuture().cancel(false);
        }
    }

    /** Whoever is known pays for itself; also one that went while it was checked held its CONNECT until now. */
    private void noLongerStranger() {
        hall.chargeStrangers(-chargedBytes);
        chargedBytes = 0;
    }

    /** Tells the client why, as far as it wants to know. */
    void writeRefusal(OutboundBatch out, ConnectRefused refusal) {
        Handshake shake = handshake;
        boolean wanted = shake == null || shake.packet.problemInformation();
        int bytesMax = shake == null ? Integer.MAX_VALUE : shake.packet.packetBytesMax();
        RetryAfter retryAfter = refusal.forGood() ? RetryAfter.NONE : hall.retryAfter;
        ConnackWriter.writeRefused(
                out, refusal.version(), refusal.reason(), wanted ? refusal.detail() : null, bytesMax, retryAfter);
    }
}
