package io.signalbox.security;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.Set;

/** Nothing is allowed to users who were removed, whatever the rules say of everybody. Thread safe. */
final class RevocableAuthorizer implements Authorizer {
    private final Authorizer rules;
    private volatile Set<String> removed = Set.of();
    private volatile long reloads;

    RevocableAuthorizer(Authorizer rules) {
        this.rules = rules;
    }

    /** @param users all that were known once and are no more */
    void removed(Set<String> users) {
        removed = Set.copyOf(users);
        reloads++;
    }

    private boolean isKnown(Principal principal) {
        return principal.anonymous() || !removed.contains(principal.name());
    }

    @Override
    public boolean mayPublish(Principal principal, Topic topic) {
        return isKnown(principal) && rules.mayPublish(principal, topic);
    }

    @Override
    public boolean maySubscribe(Principal principal, TopicFilter filter) {
        return isKnown(principal) && rules.maySubscribe(principal, filter);
    }

    @Override
    public boolean mayReceive(Principal principal, Topic topic) {
        return isKnown(principal) && rules.mayReceive(principal, topic);
    }

    @Override
    public boolean mayAdminister(Principal principal) {
        return isKnown(principal) && rules.mayAdminister(principal);
    }

    @Override
    public long epoch() {
        return rules.epoch() + reloads;
    }
}
