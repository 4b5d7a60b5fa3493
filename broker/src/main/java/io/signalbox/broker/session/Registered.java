package io.signalbox.broker.session;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session and its subscriptions. Changed on the journal's thread, read from anywhere. */
public final class Registered {
    private static final int SPECS_EXPECTED = 2;

    private final BrokerSession session;
    private Map<Session.Target, FilterSpec> byTarget = Map.of();

    /** By the object, not by its content: the same once more is another. */
    private volatile Set<FilterSpec> inForce = Set.of();

    private long filterChars;
    private boolean shares;
    private volatile List<FilterSpec> view = List.of();

    Registered(BrokerSession session) {
        this.session = session;
    }

    public BrokerSession session() {
        return session;
    }

    /** As of the last change that was published. Any thread. */
    public List<FilterSpec> specs() {
        return view;
    }

    /** What identifies them. */
    public List<Session.Target> targets() {
        return view.stream().map(SessionDirectory::target).toList();
    }

    /** Any thread. */
    boolean inForce(FilterSpec spec) {
        return inForce.contains(spec);
    }

    @Nullable
    FilterSpec get(Session.Target target) {
        return byTarget.get(target);
    }

    int count() {
        return byTarget.size();
    }

    /** Of all filters and names of groups together. */
    long filterChars() {
        return filterChars;
    }

    static int chars(Session.Target target) {
        String group = target.shareGroup();
        return target.filter().text().length() + (group == null ? 0 : group.length());
    }

    void put(Session.Target target, FilterSpec spec) {
        begin();
        FilterSpec replaced = byTarget.put(target, spec);
        forceNoMore(replaced);
        filterChars += replaced == null ? chars(target) : 0;
        inForce.add(spec);
        shares |= spec.shareGroup() != null;
    }

    /** Most clients subscribe to little or nothing. */
    private void begin() {
        if (byTarget.isEmpty()) {
            byTarget = new LinkedHashMap<>();
            inForce = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>(SPECS_EXPECTED)));
        }
    }

    /** It is, or was, a member of a share group. */
    boolean shares() {
        return shares;
    }

    @Nullable
    FilterSpec remove(Session.Target target) {
        if (byTarget.isEmpty()) {
            return null;
        }
        FilterSpec gone = byTarget.remove(target);
        forceNoMore(gone);
        filterChars -= gone == null ? 0 : chars(target);
        return gone;
    }

    private void forceNoMore(@Nullable FilterSpec spec) {
        if (spec != null) {
            inForce.remove(spec);
        }
    }

    /** Shows the changes to readers. */
    void publish() {
        view = List.copyOf(byTarget.values());
    }

    /** The session is gone, and nobody wants its pasts any more. */
    void end() {
        inForce = Set.of();
    }
}
