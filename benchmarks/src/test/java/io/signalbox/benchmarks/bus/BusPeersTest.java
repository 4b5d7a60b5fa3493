package io.signalbox.benchmarks.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.benchmarks.bus.peer.AsyncPeer;
import io.signalbox.benchmarks.bus.peer.CommandBus;
import io.signalbox.benchmarks.bus.peer.CommandPeer;
import io.signalbox.benchmarks.bus.peer.Peer;
import io.signalbox.benchmarks.bus.peer.Sum;
import io.signalbox.benchmarks.bus.peer.SyncPeer;
import io.signalbox.benchmarks.bus.peer.Tick;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every peer does the work that it is measured at; the figures themselves come from {@code benchmarks/bus}. */
class BusPeersTest {
    private static final int EVENTS = 1_000;

    @ParameterizedTest
    @EnumSource
    void aSynchronousPeerHasCalledItsHandlerWhenItReturns(SyncPeer kind) {
        Backlog backlog = new Backlog(1);
        try (Peer peer = kind.start(backlog::count)) {
            for (int i = 1; i <= EVENTS; i++) {
                peer.publish(new Tick(0));
                assertThat(backlog.handled(0)).isEqualTo(i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAsynchronousPeerHandlesEachEventOnce(AsyncPeer kind) {
        Backlog backlog = new Backlog(1);
        Credit credit = new Credit(backlog, 0, 100);
        try (Peer peer = kind.start(backlog::count, 1)) {
            for (int i = 0; i < EVENTS; i++) {
                credit.take();
                peer.publish(new Tick(0));
            }
            credit.awaitAll(kind.name());
        }
        assertThat(backlog.handled(0)).isEqualTo(EVENTS);
    }

    @ParameterizedTest
    @EnumSource
    void aPeerAnswersTheSum(CommandPeer kind) {
        try (CommandBus bus = kind.start()) {
            assertThat(bus.execute(new Sum(3, 4))).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SIGNALBOX", "DISRUPTOR"})
    void eachEventOfTheOpenLoopIsMeasured(AsyncPeer kind) {
        QueueingLatency.Result result = new QueueingLatency(kind, 20).measure();
        assertThat(result.nanos().getTotalCount()).isEqualTo((long) (20e6 / (1e9 / result.ratePerSecond())));
    }
}
