package io.signalbox.testkit.memory;

import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.List;

/** Memory that outlives its transport. A crash leaves what the lock protected, which is everything. */
final class MemoryFixture implements TransportFixture {
    private final MemoryDisk disk = new MemoryDisk();
    private final ManualTimeSource time = new ManualTimeSource();
    private final Quirks quirk;
    private final Duration patience;
    private MemoryTransport open;

    MemoryFixture(Quirks quirk, Duration patience) {
        this.quirk = quirk;
        this.patience = patience;
        this.open = new MemoryTransport(disk, time, quirk);
    }

    @Override
    public Transport open() {
        open = new MemoryTransport(disk, time, quirk);
        return open;
    }

    @Override
    public boolean crash(Transport transport) {
        return true;
    }

    @Override
    public void advance(Duration step) {
        time.advance(step);
        open.tick();
    }

    @Override
    public List<Message> deadLetters(Transport transport) {
        synchronized (disk) {
            return List.copyOf(disk.deadLetters);
        }
    }

    @Override
    public boolean tellsSubscriptions() {
        return false;
    }

    @Override
    public Duration patience() {
        return patience;
    }
}
