package io.signalbox.benchmarks.bus.peer;

import com.lmax.disruptor.EventTranslatorOneArg;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import com.lmax.disruptor.util.DaemonThreadFactory;
import org.jspecify.annotations.Nullable;

/** A bare Disruptor in its quickest form here: its consumer never sleeps, and it knows whether it has one publisher. */
final class DisruptorPeer implements Peer {
    private static final int RING = 8_192;
    private static final EventTranslatorOneArg<Slot, Tick> PUT = (slot, sequence, tick) -> slot.tick = tick;

    private final Disruptor<Slot> disruptor;
    private final RingBuffer<Slot> ring;

    private static final class Slot {
        private @Nullable Tick tick;
    }

    DisruptorPeer(TickHandler handler, int publishers) {
        disruptor = new Disruptor<>(
                Slot::new,
                RING,
                DaemonThreadFactory.INSTANCE,
                publishers == 1 ? ProducerType.SINGLE : ProducerType.MULTI,
                new YieldingWaitStrategy());
        disruptor.handleEventsWith((slot, sequence, endOfBatch) -> {
            Tick tick = slot.tick;
            if (tick != null) {
                handler.handle(tick);
            }
        });
        ring = disruptor.start();
    }

    @Override
    public void publish(Tick tick) {
        ring.publishEvent(PUT, tick);
    }

    @Override
    public void close() {
        disruptor.shutdown();
    }
}
