package io.signalbox.systemtests.bus;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.bus.Bus;
import io.signalbox.log.LogConfig;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two buses in one JVM, with nothing in common but the embedded broker. */
class OneJvmBusTest extends BusContract {
    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private Bus far;
    private Bus near;

    @BeforeEach
    void open() throws IOException {
        broker = EmbeddedBroker.open(
                BrokerConfig.DEFAULT, LogConfig.defaults(folder), Authorizer.ALLOW_ALL, TimeSource.monotonic());
        far = Bus.over(broker).name("far").build();
        FarSide.install(far);
        near = near(Bus.over(broker).name("near")).build();
    }

    @AfterEach
    void close() {
        near.close();
        far.close();
        broker.close();
    }

    @Override
    Bus near() {
        return near;
    }
}
