package io.signalbox.transports.redis;

import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.List;

/** A name space of its own on a shared server. */
final class RedisFixture implements TransportFixture {
    private final ManualTimeSource time = new ManualTimeSource();
    private final RedisConfig config = RedisServer.shared()
            .config("tck")
            .withDelivery(new DeliveryLimits(4, Duration.ofSeconds(30), Duration.ofMillis(20)));

    @Override
    public Transport open() {
        return RedisTransport.open(config, ServerClock.given(time));
    }

    @Override
    public boolean crash(Transport transport) {
        ((RedisTransport) transport).halt();
        return true;
    }

    @Override
    public void advance(Duration step) {
        time.advance(step);
    }

    @Override
    public List<Message> deadLetters(Transport transport) {
        return ((RedisTransport) transport)
                .deadLetters(1_000).stream().map(DeadLetter::message).toList();
    }
}
