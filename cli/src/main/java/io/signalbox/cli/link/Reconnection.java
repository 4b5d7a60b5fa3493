package io.signalbox.cli.link;

import com.hivemq.client.mqtt.lifecycle.MqttClientConnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttClientConnectedListener;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedListener;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt3.lifecycle.Mqtt3ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Decides whether and when to connect again: soon at first, then ever more slowly. Called by the client's thread. */
final class Reconnection implements MqttClientConnectedListener, MqttClientDisconnectedListener {
    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 30_000;

    private final MqttOptions options;
    private final LinkListener listener;
    private volatile boolean connectedOnce;
    private volatile boolean closing;

    Reconnection(MqttOptions options, LinkListener listener) {
        this.options = options;
        this.listener = listener;
    }

    /** From now on a lost connection is wanted. */
    void close() {
        closing = true;
    }

    @Override
    public void onConnected(MqttClientConnectedContext context) {
        if (!connectedOnce) {
            connectedOnce = true;
            return;
        }
        listener.back(
                switch (context) {
                    case Mqtt5ClientConnectedContext five -> five.getConnAck().isSessionPresent();
                    case Mqtt3ClientConnectedContext three -> three.getConnAck().isSessionPresent();
                    default -> false;
                });
    }

    @Override
    public void onDisconnected(MqttClientDisconnectedContext context) {
        if (closing || !connectedOnce || context.getSource() == MqttDisconnectSource.USER) {
            return;
        }
        LinkException reason = Refusals.of(context.getCause(), options.address());
        if (!options.server().reconnect() || Refusals.isFinal(context.getCause())) {
            listener.ended(reason);
            return;
        }
        long delay = delayMillis(context.getReconnector().getAttempts());
        // The client subscribes again by itself, and leaves the user properties out: the past is not asked for twice.
        context.getReconnector()
                .reconnect(true)
                .delay(delay, TimeUnit.MILLISECONDS)
                .resubscribeIfSessionExpired(true)
                .republishIfSessionExpired(true);
        listener.lost(String.valueOf(reason.getMessage()), delay);
    }

    /** Doubles with each attempt; half of it is chance, so that many clients do not come back at once. */
    private static long delayMillis(int attempts) {
        long longest = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(attempts, 10));
        return longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
    }
}
