package io.signalbox.gateway.mqtt.connection;

import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * What the session says to its connection. Once the connection has ended nothing is sent any more: a DISCONNECT is the
 * last packet (MQTT 5, 3.14.4). Owned by the connection's loop. Hot path.
 */
final class FromSession implements Subscriber {
    private final MqttConnection connection;
    private @Nullable Stations stations;
    private boolean ended;

    FromSession(MqttConnection connection) {
        this.connection = connection;
    }

    void opened(Stations to) {
        stations = to;
    }

    void ended() {
        stations = null;
        ended = true;
    }

    @Override
    public void onDelivery(
            int deliveryId,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        onDelivery(deliveryId, 0, message, match, deliveryCount, redelivered, fromRetained);
    }

    @Override
    public void onDelivery(
            int deliveryId,
            long sequence,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        if (stations != null) {
            stations.outbound().onDelivery(deliveryId, sequence, message, match, redelivered, fromRetained);
        } else if (!ended) {
            connection.onFault(new IllegalStateException("a delivery before the session is open"));
        }
    }

    @Override
    public void onReleased(int deliveryId) {
        if (stations != null) {
            stations.outbound().onReleased(deliveryId);
        }
    }

    @Override
    public void onTurnEnd() {
        if (stations != null) {
            stations.onTurnEnd();
        }
    }

    @Override
    public void onPublishingHeld(boolean held) {
        connection.onPublishingHeld(held);
    }

    @Override
    public void onDetached(DetachReason reason) {
        connection.onDetached(reason);
    }
}
