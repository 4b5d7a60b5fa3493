package io.signalbox.transport.provider;

import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Guarantees;
import java.util.List;

/**
 * A part that takes no messages for the time being, so that none is accepted on the strength of it. Whoever is made of
 * others may do without it.
 */
public record HeldPromise(Promise of) implements Promise {
    @Override
    public Capabilities capabilities() {
        return of.capabilities();
    }

    @Override
    public boolean isCertain() {
        return of.isCertain();
    }

    @Override
    public Durability durability(Message message) {
        return of.durability(message);
    }

    @Override
    public Durability durabilityMax(Message message) {
        return of.durabilityMax(message);
    }

    @Override
    public Guarantees guarantees(Message message) {
        return of.guarantees(message);
    }

    @Override
    public List<TopicFilter> distinguished() {
        return of.distinguished();
    }

    @Override
    public boolean isHeld() {
        return true;
    }
}
