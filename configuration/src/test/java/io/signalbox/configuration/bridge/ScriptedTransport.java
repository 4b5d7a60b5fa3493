package io.signalbox.configuration.bridge;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.memory.MemoryTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A transport whose answers a test gives, or whose refusals. */
final class ScriptedTransport extends ForwardingTransport {
    private final String name;
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private volatile @Nullable ReasonCode refusing;
    private final AtomicInteger errors = new AtomicInteger();
    private boolean holding;
    private int refused;

    private record Held(Message message, PublishCallback callback, long context) {}

    ScriptedTransport(String name) {
        super(MemoryTransport.open());
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    /** Null: it takes what comes. */
    void refuse(@Nullable ReasonCode reason) {
        refusing = reason;
    }

    /** As of a library that is not there, and is again. */
    void failNext(int times) {
        errors.set(times);
    }

    synchronized int refused() {
        return refused;
    }

    /** Payloads, as often as it took them. */
    List<String> taken() {
        return taken;
    }

    synchronized void holdAnswers() {
        holding = true;
    }

    synchronized int heldCount() {
        return held.size();
    }

    /** The last first. */
    void answerBackwards() {
        release().reversed().forEach(this::take);
    }

    /** The first one is refused, all others are taken. */
    void refuseFirst(ReasonCode reason) {
        List<Held> released = release();
        Held first = released.getFirst();
        first.callback.refused(first.context, new Refusal(reason, "on purpose"));
        released.subList(1, released.size()).forEach(this::take);
    }

    private synchronized List<Held> release() {
        List<Held> released = List.copyOf(held);
        holding = false;
        held.clear();
        return released;
    }

    private void take(Held one) {
        taken.add(one.message.payloadText());
        super.publish(one.message, one.callback, one.context);
    }

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new NoClassDefFoundError("on purpose");
        }
        ReasonCode reason = refusing;
        if (reason != null) {
            synchronized (this) {
                refused++;
            }
            callback.refused(context, new Refusal(reason, "on purpose"));
            return;
        }
        Held one = new Held(message, callback, context);
        synchronized (this) {
            if (holding) {
                held.add(one);
                return;
            }
        }
        take(one);
    }
}
