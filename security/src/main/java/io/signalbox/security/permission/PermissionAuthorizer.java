package io.signalbox.security.permission;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.concurrent.ConcurrentHashMap;

/** Answers from the permissions file now in force. */
public final class PermissionAuthorizer implements Authorizer {
    private static final int PRINCIPALS_MAX = 10_000;

    private volatile State state;

    private record State(PermissionFile file, long epoch, ConcurrentHashMap<Principal, Grants> grants) {}

    public PermissionAuthorizer(PermissionFile file) {
        state = new State(file, 1, new ConcurrentHashMap<>());
    }

    /** Puts other rules in force at once, and grows the epoch. Called by one thread at a time. */
    public void replace(PermissionFile file) {
        state = new State(file, state.epoch() + 1, new ConcurrentHashMap<>());
    }

    private Grants grants(Principal principal) {
        State now = state;
        Grants known = now.grants().get(principal);
        if (known != null) {
            return known;
        }
        if (now.grants().size() >= PRINCIPALS_MAX) {
            // Client ids are strangers' inventions: forget all rather than grow.
            now.grants().clear();
        }
        Grants fresh = new Grants(now.file(), principal);
        now.grants().put(principal, fresh);
        return fresh;
    }

    @Override
    public boolean mayPublish(Principal principal, Topic topic) {
        return grants(principal).mayPublish(topic);
    }

    @Override
    public boolean maySubscribe(Principal principal, TopicFilter filter) {
        return grants(principal).maySubscribe(filter);
    }

    @Override
    public boolean mayReceive(Principal principal, Topic topic) {
        return grants(principal).mayReceive(topic);
    }

    @Override
    public boolean mayAdminister(Principal principal) {
        return grants(principal).mayAdminister();
    }

    @Override
    public long epoch() {
        return state.epoch();
    }
}
