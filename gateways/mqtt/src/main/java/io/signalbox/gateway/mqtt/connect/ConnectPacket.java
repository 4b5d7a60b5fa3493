package io.signalbox.gateway.mqtt.connect;

import io.signalbox.gateway.mqtt.will.Will;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT as read (MQTT 5, 3.1); for 3.1.1 the fields that version lacks have their defaults.
 *
 * @param version 4 is MQTT 3.1.1, 5 is MQTT 5
 * @param cleanStart for 3.1.1: clean session
 * @param sessionExpirySeconds null: not said
 * @param sequences the client wants to know the number that each message has in the log
 * @param packetBytesMax what the client takes; {@link Integer#MAX_VALUE}: anything
 * @param transport null: an ordinary client
 */
public record ConnectPacket(
        int version,
        boolean cleanStart,
        int keepAliveSeconds,
        String clientId,
        @Nullable String userName,
        byte @Nullable [] password,
        @Nullable Will will,
        @Nullable Long sessionExpirySeconds,
        int receiveMaximum,
        int packetBytesMax,
        int topicAliasMax,
        boolean responseInformation,
        boolean problemInformation,
        boolean sequences,
        @Nullable String authenticationMethod,
        @Nullable TransportPeer transport) {

    public static final int VERSION_3_1_1 = 4;
    public static final int VERSION_5 = 5;

    @Override
    public String toString() {
        return "CONNECT[version=" + version + ", clientId=" + clientId + ", userName=" + userName + "]";
    }
}
