package io.signalbox.client.subscribe;

import io.signalbox.client.connection.WireFilter;
import io.signalbox.message.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One subscription at the server, for all here that have the same filter. Guarded by {@link Subscriptions}. */
final class Wire {
    private final String filter;
    private final SubscribeOptions first;
    private final List<LocalSubscription> locals = new ArrayList<>();
    private final Progress progress = new Progress();
    private int qosAsked = -1;
    boolean granted;

    /** In a row, of which the server said that they are for the moment. */
    int denials;

    Wire(String filter, SubscribeOptions first) {
        this.filter = filter;
        this.first = first;
    }

    static String filter(SubscribeOptions options) {
        String text = options.filter().text();
        return options.share() == null ? text : "$share/" + options.share() + "/" + text;
    }

    String filter() {
        return filter;
    }

    List<LocalSubscription> locals() {
        return List.copyOf(locals);
    }

    void add(LocalSubscription local) {
        locals.add(local);
    }

    /** @return none are left */
    boolean remove(LocalSubscription local) {
        return locals.remove(local) && locals.isEmpty();
    }

    /** @return what one more cannot have beside those that are there; null: nothing */
    @Nullable
    String contradiction(SubscribeOptions options) {
        if (options.from() != null) {
            return "'from' would bring its past to all of them; read it with past(), or with another client";
        }
        return options.noLocal() == first.noLocal() ? null : "noLocal holds for all of them or for none";
    }

    /** Whether one of them and one of those options would both get a copy, which nobody could tell apart. */
    boolean mixesUp(SubscribeOptions options) {
        return (first.share() != null || options.share() != null)
                && !filter.equals(filter(options))
                && Overlap.between(first.filter(), options.filter());
    }

    boolean isShared() {
        return first.share() != null;
    }

    /** Whether the server has to be asked again for one more. */
    boolean lacks(SubscribeOptions options) {
        return options.qos() > qosAsked || (options.retained() && !isShared());
    }

    void arrived(Message message, long sequence) {
        progress.arrived(message.priority(), sequence);
    }

    boolean hasPast() {
        return first.from() != null;
    }

    WireFilter request(long nowMillis) {
        String asked = first.from();
        String from = asked == null ? null : progress.from(asked, nowMillis);
        qosAsked =
                locals.stream().mapToInt(local -> local.options().qos()).max().orElse(first.qos());
        boolean retained = locals.stream().anyMatch(local -> local.options().retained());
        return new WireFilter(filter, qosAsked, from, from == null ? null : first.speed(), retained, first.noLocal());
    }
}
