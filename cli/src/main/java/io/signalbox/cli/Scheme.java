package io.signalbox.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a URL begins: what is spoken, whether in TLS, and at which port unless it says so. */
enum Scheme {
    MQTT(Protocol.MQTT, false, 1883),
    MQTTS(Protocol.MQTT, true, 8883),
    /** MQTT over WebSocket. */
    WS(Protocol.MQTT, false, 80),
    WSS(Protocol.MQTT, true, 443),
    AMQP(Protocol.AMQP, false, 5672),
    AMQPS(Protocol.AMQP, true, 5671),
    HTTP(Protocol.HTTP, false, 80),
    HTTPS(Protocol.HTTP, true, 443);

    private static final int MQTT_TLS_PORT = 8883;
    private static final int AMQP_TLS_PORT = 5671;

    private final Protocol protocol;
    private final boolean secure;
    private final int port;

    Scheme(Protocol protocol, boolean secure, int port) {
        this.protocol = protocol;
        this.secure = secure;
        this.port = port;
    }

    /** Null: none of them. */
    static @Nullable Scheme of(@Nullable String text) {
        return Arrays.stream(values())
                .filter(scheme -> scheme.text().equalsIgnoreCase(text))
                .findFirst()
                .orElse(null);
    }

    static String all() {
        return Arrays.stream(values()).map(scheme -> scheme.text() + "://").collect(Collectors.joining(", "));
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    Protocol protocol() {
        return protocol;
    }

    boolean secure() {
        return secure;
    }

    boolean webSocket() {
        return this == WS || this == WSS;
    }

    /** @param tls asked for by an option, whatever the scheme says */
    int port(boolean tls) {
        return switch (this) {
            case MQTT -> tls ? MQTT_TLS_PORT : port;
            case AMQP -> tls ? AMQP_TLS_PORT : port;
            default -> port;
        };
    }
}
