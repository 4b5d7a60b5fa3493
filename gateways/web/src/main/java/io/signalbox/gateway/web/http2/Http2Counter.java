package io.signalbox.gateway.web.http2;

import io.signalbox.gateway.listener.CounterDescriptor;

/** What is counted of HTTP/2. */
public enum Http2Counter implements CounterDescriptor {
    OPEN("http2.connections.open", "", "connections", "Connections that speak HTTP/2 now") {
        @Override
        public boolean gauge() {
            return true;
        }
    },
    STREAMS_OPEN("http2.streams.open", "", "streams", "Requests of such connections that are under way") {
        @Override
        public boolean gauge() {
            return true;
        }
    },
    STREAMS_OPENED("http2.streams.opened", "", "streams", "Requests of such connections"),
    STREAMS_REFUSED(
            "http2.streams.refused",
            "",
            "streams",
            "Refused: as many as http.connections-max were under way, or half as many of one address"),
    ENDED_MALFORMED("http2.connections.ended", "reason=malformed", "connections", "Ended: not HTTP/2"),
    ENDED_FLOOD(
            "http2.connections.ended",
            "reason=flood",
            "connections",
            "Ended: too many resets, SETTINGS, PING, or empty frames"),
    ENDED_IDLE("http2.connections.ended", "reason=idle", "connections", "Ended: no request for too long"),
    ENDED_UNREAD(
            "http2.connections.ended",
            "reason=unread",
            "connections",
            "Ended: what was sent was not read for too long");

    private final String metric;
    private final String label;
    private final String unit;
    private final String meaning;

    Http2Counter(String metric, String label, String unit, String meaning) {
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
