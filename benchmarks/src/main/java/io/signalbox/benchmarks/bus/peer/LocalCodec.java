package io.signalbox.benchmarks.bus.peer;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Vert.x hands over the object itself, as the others do. */
final class LocalCodec<T> implements MessageCodec<T, T> {
    static final String NAME = "local";

    @Override
    public void encodeToWire(Buffer buffer, T message) {
        throw new UnsupportedOperationException("only local delivery is measured");
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("only local delivery is measured");
    }

    @Override
    public T transform(T message) {
        return message;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
