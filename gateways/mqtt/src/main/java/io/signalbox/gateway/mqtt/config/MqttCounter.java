package io.signalbox.gateway.mqtt.config;

import io.signalbox.gateway.listener.CounterDescriptor;
import io.signalbox.gateway.mqtt.frame.MqttReason;

/** What the gateway counts. */
public enum MqttCounter implements CounterDescriptor {
    CONNECTED("mqtt.clients.connected", "", "clients", "Clients whose CONNECT was accepted and that are here now") {
        @Override
        public boolean gauge() {
            return true;
        }
    },
    CONNECTS("mqtt.connects", "outcome=accepted", "packets", "CONNECTs that were accepted"),
    CONNECTS_REFUSED("mqtt.connects", "outcome=refused", "packets", "CONNECTs that were answered with a refusal"),
    BYTES_IN("mqtt.bytes", "direction=in", "bytes", "Bytes from clients"),
    BYTES_OUT("mqtt.bytes", "direction=out", "bytes", "Bytes of PUBLISH packets to clients"),
    PUBLISH_IN("mqtt.publish", "direction=in", "packets", "PUBLISH packets from clients"),
    PUBLISH_OUT("mqtt.publish", "direction=out", "packets", "PUBLISH packets to clients"),
    PACKETS_IN("mqtt.packets", "direction=in", "packets", "Packets of any type from clients"),
    PUBLISH_NOT_AUTHORIZED("mqtt.not.authorized", "action=publish", "packets", "Publishes that were not permitted"),
    SUBSCRIBE_NOT_AUTHORIZED(
            "mqtt.not.authorized", "action=subscribe", "filters", "Subscriptions that were not permitted"),
    WILL_NOT_AUTHORIZED("mqtt.not.authorized", "action=will", "messages", "Wills that were not permitted"),
    PUBLISH_REFUSED("mqtt.publish.refused", "", "packets", "Publishes that the broker refused"),
    PUBLISH_DROPPED(
            "mqtt.publish.dropped",
            "",
            "packets",
            "QoS 0 publishes and wills that were refused, which nobody hears of"),
    DELIVERY_TOO_LARGE(
            "mqtt.delivery.too.large", "", "messages", "Messages larger than their receiver's Maximum Packet Size"),
    WILLS_PUBLISHED("mqtt.wills.published", "", "messages", "Wills that were published"),
    ENDED_MALFORMED("mqtt.connections.ended", "reason=malformed", "connections", "Ended: not MQTT"),
    ENDED_PROTOCOL_ERROR("mqtt.connections.ended", "reason=protocol-error", "connections", "Ended: not allowed now"),
    ENDED_PACKET_TOO_LARGE("mqtt.connections.ended", "reason=packet-too-large", "connections", "Ended: too large"),
    ENDED_KEEP_ALIVE("mqtt.connections.ended", "reason=keep-alive", "connections", "Ended: silent for too long"),
    ENDED_CONNECT_TIMEOUT(
            "mqtt.connections.ended", "reason=connect-timeout", "connections", "Ended: no CONNECT within the limit"),
    ENDED_TAKEN_OVER("mqtt.connections.ended", "reason=taken-over", "connections", "Ended: same client id elsewhere"),
    ENDED_SHUTTING_DOWN("mqtt.connections.ended", "reason=shutting-down", "connections", "Ended: the server stops"),
    ENDED_OTHER("mqtt.connections.ended", "reason=other", "connections", "Ended by the server for another reason"),
    INTERNAL_ERRORS("mqtt.internal.errors", "", "connections", "Ended: a fault of the gateway; see the log");

    private final String metric;
    private final String label;
    private final String unit;
    private final String meaning;

    MqttCounter(String metric, String label, String unit, String meaning) {
        this.metric = metric;
        this.label = label;
        this.unit = unit;
        this.meaning = meaning;
    }

    /** Which counter a connection that the server ended for this reason belongs to. */
    public static MqttCounter ofEnd(MqttReason reason) {
        return switch (reason) {
            case MALFORMED_PACKET -> ENDED_MALFORMED;
            case PROTOCOL_ERROR -> ENDED_PROTOCOL_ERROR;
            case PACKET_TOO_LARGE -> ENDED_PACKET_TOO_LARGE;
            case KEEP_ALIVE_TIMEOUT -> ENDED_KEEP_ALIVE;
            case SESSION_TAKEN_OVER -> ENDED_TAKEN_OVER;
            case SERVER_SHUTTING_DOWN -> ENDED_SHUTTING_DOWN;
            default -> ENDED_OTHER;
        };
    }

    @Override
    public String metric() {
        return metric;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String unit() {
        return unit;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
