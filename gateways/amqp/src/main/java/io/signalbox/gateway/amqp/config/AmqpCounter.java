package io.signalbox.gateway.amqp.config;

import io.signalbox.gateway.listener.CounterDescriptor;

/** What the gateway counts. */
public enum AmqpCounter implements CounterDescriptor {
    CONNECTED("amqp.clients.connected", "", "clients", "Clients that are let in and here now") {
        @Override
        public boolean gauge() {
            return true;
        }
    },
    LINKS("amqp.links.open", "", "links", "Links that are attached now") {
        @Override
        public boolean gauge() {
            return true;
        }
    },
    OPENS("amqp.connects", "outcome=accepted", "connections", "Connections that were opened"),
    SASL_FAILED("amqp.connects", "outcome=refused", "connections", "Connections whose SASL exchange failed"),
    BYTES_IN("amqp.bytes", "direction=in", "bytes", "Bytes from clients"),
    BYTES_OUT("amqp.bytes", "direction=out", "bytes", "Bytes to clients"),
    FRAMES_IN("amqp.frames", "direction=in", "frames", "Frames from clients"),
    MESSAGES_IN("amqp.messages", "direction=in", "messages", "Whole messages from clients"),
    MESSAGES_OUT("amqp.messages", "direction=out", "messages", "Messages to clients"),
    PUBLISH_REFUSED("amqp.publish.refused", "", "messages", "Messages that were answered rejected or released"),
    PUBLISH_DROPPED(
            "amqp.publish.dropped", "", "messages", "Pre-settled messages that were refused, which nobody hears of"),
    ATTACH_REFUSED("amqp.attach.refused", "", "links", "Links that were refused"),
    ENDED_MALFORMED("amqp.connections.ended", "reason=malformed", "connections", "Ended: not AMQP 1.0"),
    ENDED_LIMIT("amqp.connections.ended", "reason=limit", "connections", "Ended: beyond a limit"),
    ENDED_IDLE("amqp.connections.ended", "reason=idle", "connections", "Ended: silent for too long"),
    ENDED_CONNECT_TIMEOUT(
            "amqp.connections.ended", "reason=connect-timeout", "connections", "Ended: not opened within the limit"),
    ENDED_OTHER("amqp.connections.ended", "reason=other", "connections", "Ended by the server for another reason"),
    INTERNAL_ERRORS("amqp.internal.errors", "", "connections", "Ended: a fault of the gateway; see the log");

    private final String metric;
    private final String label;
    private final String unit;
    private final String meaning;

    AmqpCounter(String metric, String label, String unit, String meaning) {
        this.metric = metric;
        this.label = label;
        this.unit = unit;
        this.meaning = meaning;
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
