package io.signalbox.systemtests.bus;

import io.signalbox.bus.Bus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class InProcessBusTest extends BusContract {
    private Bus bus;

    @BeforeEach
    void open() {
        bus = near(Bus.builder()).build();
        FarSide.install(bus);
    }

    @AfterEach
    void close() {
        bus.close();
    }

    @Override
    Bus near() {
        return bus;
    }
}
