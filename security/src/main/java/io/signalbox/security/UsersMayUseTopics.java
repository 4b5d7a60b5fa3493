package io.signalbox.security;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;

/**
 * Passwords without a permissions file: whoever has been let in may use every topic outside of {@code $}-topics, and
 * nobody may administer, since nobody has been named for it.
 */
final class UsersMayUseTopics implements Authorizer {
    @Override
    public boolean mayPublish(Principal principal, Topic topic) {
        return !topic.isSystem();
    }

    @Override
    public boolean maySubscribe(Principal principal, TopicFilter filter) {
        return !filter.levels().getFirst().startsWith("$");
    }

    @Override
    public boolean mayReceive(Principal principal, Topic topic) {
        return !topic.isSystem();
    }

    @Override
    public boolean mayAdminister(Principal principal) {
        return false;
    }

    @Override
    public long epoch() {
        return 0;
    }
}
