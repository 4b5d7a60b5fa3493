package io.signalbox.transports.composite;

import io.signalbox.broker.Broker;
import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetters;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A composite of embedded brokers, each on a disk in memory. */
final class CompositeFixture implements TransportFixture {
    private final ManualTimeSource time = new ManualTimeSource();
    private final Strategy strategy;
    private final SimulatedFileStore[] stores;
    private final List<EmbeddedBroker> opened = new ArrayList<>();
    private List<EmbeddedBroker> current = List.of();

    CompositeFixture(Strategy strategy, int members) {
        this.strategy = strategy;
        stores = new SimulatedFileStore[members];
        for (int i = 0; i < members; i++) {
            stores[i] = new SimulatedFileStore();
        }
    }

    @Override
    public Transport open() {
        List<Member> members = new ArrayList<>();
        List<EmbeddedBroker> brokers = new ArrayList<>();
        for (int i = 0; i < stores.length; i++) {
            EmbeddedBroker broker = Brokers.open(stores[i], time);
            brokers.add(broker);
            opened.add(broker);
            members.add(new Member("m" + i, broker));
        }
        current = brokers;
        return new CompositeTransport(CompositeConfig.of("composite", strategy, members), time);
    }

    @Override
    public boolean crash(Transport transport) {
        for (int i = 0; i < stores.length; i++) {
            stores[i] = stores[i].afterKill();
        }
        return true;
    }

    @Override
    public void advance(Duration step) {
        time.advance(step);
    }

    /** Each member keeps its own dead letter of a message: told apart by id. */
    @Override
    public List<Message> deadLetters(Transport transport) {
        Map<String, Message> byId = new LinkedHashMap<>();
        for (Broker broker : current) {
            for (DeadLetter letter : broker.deadLetters().list(DeadLetters.Query.all(1_000))) {
                String id = letter.message().properties().id();
                byId.put(id == null ? "only at " + broker + byId.size() : id, letter.message());
            }
        }
        return List.copyOf(byId.values());
    }

    @Override
    public void close() {
        opened.forEach(EmbeddedBroker::close);
    }
}
