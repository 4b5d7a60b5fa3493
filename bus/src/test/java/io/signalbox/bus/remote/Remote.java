package io.signalbox.bus.remote;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusBuilder;
import io.signalbox.bus.ManualScheduler;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.Query;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Buses over one transport in memory, on threads and time that the test moves. */
abstract class Remote {
    @Message(name = "paid", topic = "shop.paid")
    record Paid(int number) implements Event {}

    @Message(name = "shipped", topic = "shop.shipped")
    record Shipped(int number) implements Event {}

    @Message(name = "stock-of")
    record StockOf(String item) implements Command<Integer> {}

    @Message(name = "weight-of")
    record WeightOf(String item) implements Query<Integer> {}

    final ManualScheduler time = new ManualScheduler();
    LoopbackTransport transport = new LoopbackTransport();
    final List<Integer> heard = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();
    private final List<Bus> buses = new ArrayList<>();

    final BusBuilder over(String name) {
        return Bus.over(transport)
                .name(name)
                .scheduler(new SharedTime(time))
                .errorHandler((envelope, handler, error, attempts) -> errors.add(error));
    }

    final Bus open(BusBuilder builder) {
        Bus bus = builder.build();
        buses.add(bus);
        return bus;
    }

    final Bus open(String name) {
        return open(over(name));
    }

    @AfterEach
    final void closeBuses() {
        transport.closed(false);
        transport.faults.none();
        buses.forEach(Bus::close);
    }
}
