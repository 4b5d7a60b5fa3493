package io.signalbox.gateway.web.websocket;

import io.signalbox.gateway.listener.CounterDescriptor;

/** What is counted of WebSockets, whatever is spoken inside. */
public enum WebSocketCounter implements CounterDescriptor {
    OPEN("websocket.connections.open", "", "WebSockets that are open now") {
        @Override
        public boolean gauge() {
            return true;
        }
    },
    OPENED("websocket.connections.opened", "", "WebSockets that were opened"),
    REFUSED_REQUEST(
            "websocket.connections.refused", "reason=request", "Refused: not as RFC 6455 wants it, or no such path"),
    REFUSED_ORIGIN(
            "websocket.connections.refused", "reason=origin", "Refused: a page of another site, or another host"),
    REFUSED_TOTAL("websocket.connections.refused", "reason=total", "Refused: http.websockets-max was reached"),
    REFUSED_PROTOCOL(
            "websocket.connections.refused",
            "reason=protocol",
            "Refused: a limit on connections of the protocol inside");

    private final String metric;
    private final String label;
    private final String meaning;

    WebSocketCounter(String metric, String label, String meaning) {
        this.metric = metric;
        this.label = label;
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
        return "connections";
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
