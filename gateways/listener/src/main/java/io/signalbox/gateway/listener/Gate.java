package io.signalbox.gateway.listener;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts who is inside, and says who may come in, by however many doors: a protocol that is spoken at a port of its own and
 * inside of another has one gate. Thread safe.
 */
public final class Gate {
    private final ListenerLimits limits;
    private final Counters<ListenerCounter> counters = new Counters<>(ListenerCounter.class);
    private final List<Certificates> certificates = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> openByNetwork = new ConcurrentHashMap<>();

    /** Leaky bucket: connections let in lately, as of {@link #drainedNanos}; guarded by this. */
    private double level;

    private long drainedNanos;

    public Gate(ListenerLimits limits) {
        this(limits, System.nanoTime());
    }

    Gate(ListenerLimits limits, long nowNanos) {
        this.limits = limits;
        this.drainedNanos = nowNanos;
    }

    public ListenerLimits limits() {
        return limits;
    }

    /** What the doors that speak TLS show of themselves. */
    public List<Certificates> certificates() {
        return List.copyOf(certificates);
    }

    void shows(Certificates shown) {
        certificates.add(shown);
    }

    /** Of all doors together. */
    public Counters<ListenerCounter> counters() {
        return counters;
    }

    /** Lets the channel in until it is closed, if its network may have one more. @return why not; null: it is in */
    public @Nullable ListenerCounter admit(Channel channel, InetAddress address) {
        InetAddress network = RemoteAddress.network(address);
        ListenerCounter refusal = enter(network, System.nanoTime());
        if (refusal != null) {
            counters.increment(refusal);
            return refusal;
        }
        counters.increment(ListenerCounter.ACCEPTED);
        counters.increment(ListenerCounter.OPEN);
        channel.closeFuture().addListener(closed -> {
            leave(network);
            counters.add(ListenerCounter.OPEN, -1);
        });
        return null;
    }

    /** @return null if it may come in; then {@link #leave} must follow */
    @Nullable
    ListenerCounter enter(InetAddress network, long nowNanos) {
        if (open.incrementAndGet() > limits.connectionsMax()) {
            open.decrementAndGet();
            return ListenerCounter.REFUSED_TOTAL;
        }
        if (openByNetwork.merge(network, 1, Integer::sum) > limits.connectionsPerAddressMax()) {
            leave(network);
            return ListenerCounter.REFUSED_ADDRESS;
        }
        if (!takeRate(nowNanos)) {
            leave(network);
            return ListenerCounter.REFUSED_RATE;
        }
        return null;
    }

    void leave(InetAddress network) {
        open.decrementAndGet();
        openByNetwork.compute(network, (key, count) -> count == null || count <= 1 ? null : count - 1);
    }

    int networks() {
        return openByNetwork.size();
    }

    private synchronized boolean takeRate(long nowNanos) {
        double drained = (nowNanos - drainedNanos) * 1e-9 * limits.connectRatePerSecond();
        level = Math.max(0, level - drained);
        drainedNanos = nowNanos;
        if (level + 1 > limits.connectRatePerSecond()) {
            return false;
        }
        level++;
        return true;
    }
}
