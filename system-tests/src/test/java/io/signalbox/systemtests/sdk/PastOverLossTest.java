package io.signalbox.systemtests.sdk;

import static io.signalbox.systemtests.sdk.Sdk.PATIENCE;
import static io.signalbox.systemtests.sdk.Sdk.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.SignalboxClient;
import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.testkit.net.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A session that is lost in the middle of a past. */
class PastOverLossTest {
    private static final int MESSAGES = 500;
    private static final int CUT_AT = 100;

    @Test
    void itGoesOnWhereItWasAndNothingIsMissingOrTwice() throws InterruptedException {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch lost = new CountDownLatch(1);
        try (ServerProcess server = ServerProcess.started();
                TcpProxy line = new TcpProxy(server.mqttPort());
                SignalboxClient writer = Sdk.connected(Sdk.mqtt(server.mqttPort()));
                SignalboxClient reader = Sdk.create(
                        Sdk.mqtt(line.port()).sessionExpiry(Duration.ZERO).credit(10))) {
            for (int i = 0; i < MESSAGES; i++) {
                writer.publish("past/a", i);
            }
            await().atMost(PATIENCE).until(() -> writer.pending() == 0);
            reader.subscribe(SubscribeOptions.to("past/#").from("all"), Integer.class, received -> {
                seen.add(received.value());
                if (seen.size() == CUT_AT) {
                    reached.countDown();
                    lost.await();
                }
            });
            join(reader.connect());
            reached.await();
            line.cut();
            await().atMost(PATIENCE).until(() -> reader.status().reconnects() >= 1);
            lost.countDown();
            await().atMost(PATIENCE).until(() -> seen.size() >= MESSAGES);
            join(writer.publish("past/a", MESSAGES).acknowledged());
            await().atMost(PATIENCE).until(() -> seen.contains(MESSAGES));
            assertThat(seen)
                    .isEqualTo(IntStream.rangeClosed(0, MESSAGES).boxed().toList());
        }
    }
}
