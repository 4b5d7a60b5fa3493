package io.signalbox.server;

import io.signalbox.gateway.amqp.AmqpGateway;
import io.signalbox.gateway.listener.Counters;
import io.signalbox.gateway.listener.ListenerCounter;
import io.signalbox.gateway.listener.TlsConfig;
import io.signalbox.gateway.mqtt.MqttGateway;
import io.signalbox.gateway.web.websocket.WebSocketProtocol;
import io.signalbox.server.config.Loopback;
import io.signalbox.server.config.ServerConfig;
import io.signalbox.server.http.GatewayAddress;
import io.signalbox.server.http.HttpGateway;
import io.signalbox.server.metrics.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients come in by, and what is to be done to all of it. @param amqp null: not asked for */
record Gateways(
        ServerConfig config, MqttGateway mqtt, @Nullable AmqpGateway amqp, HttpGateway http) {
    private static final Logger LOG = LoggerFactory.getLogger(Gateways.class);

    /** Ends the connections of users who were removed or have another password, everywhere, whatever fails on the way. */
    void revoke(Set<String> users) {
        try {
            mqtt.revoke(users);
        } finally {
            try {
                if (amqp != null) {
                    amqp.revoke(users);
                }
            } finally {
                http.revoke(users);
            }
        }
    }

    /** Once they listen. */
    void bind(Metrics metrics) {
        metrics.bind("mqtt", mqtt.counters());
        bind(metrics, "mqtt", mqtt.listenerCounters());
        mqtt.gate().certificates().forEach(shown -> metrics.bind("mqtt", shown));
        if (amqp != null) {
            metrics.bind("amqp", amqp.counters());
            bind(metrics, "amqp", amqp.listenerCounters());
            amqp.gate().certificates().forEach(shown -> metrics.bind("amqp", shown));
        }
        metrics.bind("http", http.listenerCounters());
        metrics.bind("http", http.webSocketCounters());
        metrics.bind("http", http.http2Counters());
        http.gate().certificates().forEach(shown -> metrics.bind("http", shown));
    }

    private static void bind(Metrics metrics, String gateway, @Nullable Counters<ListenerCounter> counters) {
        if (counters != null) {
            metrics.bind(gateway, counters);
        }
    }

    List<GatewayAddress> addresses(SignalboxServer.Ports ports) {
        List<GatewayAddress> addresses = new ArrayList<>();
        addresses.add(new GatewayAddress("mqtt", config.mqtt().tls() == null ? "mqtt" : "secure-mqtt", ports.mqtt()));
        if (amqp != null) {
            addresses.add(new GatewayAddress("amqp", config.amqp().tls() == null ? "amqp1" : "amqps", ports.amqp()));
        }
        addresses.add(new GatewayAddress("http", config.http().tls() == null ? "http" : "https", ports.http()));
        return addresses;
    }

    /** Not what demands client certificates at its own port: the port of HTTP asks for none. */
    Map<String, WebSocketProtocol> webSockets() {
        Map<String, WebSocketProtocol> protocols = new HashMap<>();
        if (!demandsCertificate(config.mqtt().tls())) {
            protocols.put("mqtt", new WebSocketProtocol(mqtt.gate(), mqtt::attach));
        }
        if (amqp != null && !demandsCertificate(config.amqp().tls())) {
            protocols.put("amqp", new WebSocketProtocol(amqp.gate(), amqp::attach));
        }
        return protocols;
    }

    private static boolean demandsCertificate(@Nullable TlsConfig tls) {
        return tls != null && tls.clientCertificateRequired();
    }

    void warnOfPlainPasswords() {
        if (config.security().passwordFile() != null) {
            warn("mqtt", config.mqtt().host(), config.mqtt().tls());
            if (amqp != null) {
                warn("amqp", config.amqp().host(), config.amqp().tls());
            }
            warn("http", config.http().host(), config.http().tls());
        }
    }

    private static void warn(String gateway, String host, @Nullable TlsConfig tls) {
        if (tls == null && !Loopback.is(host)) {
            LOG.warn("passwords travel in the clear to {}.host {}: set {}.tls.certificate", gateway, host, gateway);
        }
    }
}
