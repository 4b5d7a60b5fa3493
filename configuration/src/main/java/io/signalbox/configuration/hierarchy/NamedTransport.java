package io.signalbox.configuration.hierarchy;

import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.Health;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Transport;
import org.jspecify.annotations.Nullable;

/** A transport as its users have it: under its configured name, and closed by whoever opened it, not by them. */
public final class NamedTransport extends ForwardingTransport {
    private final String name;
    private final HeldTransport engine;

    /**
     * @param transport with all that stands before the engine
     * @param engine what is held
     */
    NamedTransport(String name, Transport transport, HeldTransport engine) {
        super(transport);
        this.name = name;
        this.engine = engine;
    }

    /** From now on nothing comes to the engine, from a spool neither; null: no longer. */
    public void hold(@Nullable Refusal refusal) {
        engine.hold(refusal);
    }

    @Override
    public String name() {
        return name;
    }

    /** Of the engine alone, whether it is held or not. */
    Health ownHealth() {
        return engine.ownHealth();
    }

    /** Does nothing: it may have other users. */
    @Override
    public void close() {
        // Who opened it closes it.
    }
}
