package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SessionChannelTest {
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Writer writer = new Writer("acks");
    private final SessionChannel channel = new SessionChannel(recording(), writer, Duration.ofMillis(1));

    private Channel recording() {
        return (Channel) Proxy.newProxyInstance(
                Channel.class.getClassLoader(), new Class<?>[] {Channel.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("isOpen")) {
                        return true;
                    }
                    said.add(method.getName());
                    return null;
                });
    }

    @AfterEach
    void close() {
        writer.close();
    }

    /** Or the server keeps what is unsettled for a channel that nobody serves. */
    @Test
    void aChannelWhoseLineTakesNothingForNowIsClosedOnceItDoes() {
        CountDownLatch takesAgain = new CountDownLatch(1);
        writer.execute(() -> {
            try {
                takesAgain.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        channel.settled(channel.delivered(1));
        channel.close();
        assertThat(said).isEmpty();
        takesAgain.countDown();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> said.equals(List.of("basicAck", "close")));
    }
}
