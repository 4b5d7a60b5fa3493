package io.signalbox.access;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;

/**
 * The one place where every gateway, and the broker for what it queued, asks what a principal may do. Thread safe.
 * Answers may be cached as long as {@link #epoch()} stays the same.
 */
public interface Authorizer {
    /**
     * Everything is allowed to everybody but to speak for the server (MQTT 5, 4.7.2): a server without a
     * configuration, on loopback alone.
     */
    Authorizer ALLOW_ALL = new Authorizer() {
        @Override
        public boolean mayPublish(Principal principal, Topic topic) {
            return !topic.isSystem();
        }

        @Override
        public boolean maySubscribe(Principal principal, TopicFilter filter) {
            return true;
        }

        @Override
        public boolean mayReceive(Principal principal, Topic topic) {
            return true;
        }

        @Override
        public boolean mayAdminister(Principal principal) {
            return true;
        }

        @Override
        public long epoch() {
            return 0;
        }
    };

    boolean mayPublish(Principal principal, Topic topic);

    /** May the filter be subscribed to at all? */
    boolean maySubscribe(Principal principal, TopicFilter filter);

    /** May a message of this topic be handed over? Asked when it is delivered, so that a revocation takes effect. */
    boolean mayReceive(Principal principal, Topic topic);

    boolean mayAdminister(Principal principal);

    /** Changes whenever any answer may have changed. */
    long epoch();
}
