package io.signalbox.gateway.mqtt.connection;

import io.netty.util.concurrent.EventExecutor;
import io.signalbox.gateway.mqtt.config.Peer;
import io.signalbox.gateway.mqtt.will.Will;
import org.jspecify.annotations.Nullable;

/** One connection's will, until the client takes it back or goes without a word. Owned by the connection's loop. */
final class LastWill {
    private final Hall hall;
    private final Peer who;
    private final boolean sessionResumed;
    private @Nullable Will will;

    LastWill(Hall hall, Peer who, @Nullable Will will, boolean sessionResumed) {
        this.hall = hall;
        this.who = who;
        this.will = will;
        this.sessionResumed = sessionResumed;
    }

    /** The client said good-bye (MQTT 5, 3.14.4). */
    void revoke() {
        will = null;
    }

    /** After its delay, or with the end of the session, whichever comes first (MQTT 5, 3.1.3.2.2). */
    void publish(long sessionExpirySeconds, EventExecutor loop) {
        Will last = will;
        will = null;
        if (last == null) {
            return;
        }
        long delaySeconds = who.five() ? Math.min(last.delaySeconds(), sessionExpirySeconds) : 0;
        hall.wills.arm(who.clientId(), who.principal(), last, delaySeconds * 1_000, loop);
        // Whoever took the session over may have looked for the will before it was there.
        MqttConnection successor = hall.byClient(who.clientId());
        LastWill theirs = successor == null ? null : successor.lastWill();
        if (theirs != null && theirs != this) {
            hall.wills.returned(who.clientId(), theirs.sessionResumed);
        }
    }
}
