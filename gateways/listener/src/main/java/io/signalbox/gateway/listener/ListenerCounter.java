package io.signalbox.gateway.listener;

/** What is counted at the door. */
public enum ListenerCounter implements CounterDescriptor {
    OPEN("listener.connections.open", "", "connections", "Connections that are open now") {
        @Override
        public boolean gauge() {
            return true;
        }
    },
    ACCEPTED("listener.connections.accepted", "", "connections", "Connections that were let in"),
    REFUSED_TOTAL(
            "listener.connections.refused", "reason=total", "connections", "Refused: connections-max was reached"),
    REFUSED_ADDRESS(
            "listener.connections.refused",
            "reason=address",
            "connections",
            "Refused: connections-per-address-max was reached"),
    REFUSED_RATE(
            "listener.connections.refused",
            "reason=rate",
            "connections",
            "Refused: connect-rate-per-second was reached"),
    TLS_FAILED("listener.tls.failed", "", "connections", "TLS handshakes that failed");

    private final String metric;
    private final String label;
    private final String unit;
    private final String meaning;

    ListenerCounter(String metric, String label, String unit, String meaning) {
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
