package io.signalbox.client;

import static io.signalbox.client.ClientFixture.join;
import static io.signalbox.client.ClientFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.fake.FakeServer.FakeSettling;
import io.signalbox.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a client does with what it is just doing when it is closed. */
class ClosingTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void whatIsBeingHandledIsFinishedAndAcknowledgedAndNothingMoreIsBegun() throws InterruptedException {
        ClientFixture it = new ClientFixture().connected();
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<String> seen = new CopyOnWriteArrayList<>();
        join(it.client
                .subscribe("a", Message.class, r -> {
                    handling.countDown();
                    go.await();
                    seen.add(r.message().payloadText());
                })
                .granted());
        FakeSettling first = it.server.deliver(json("a", "1"));
        FakeSettling second = it.server.deliver(json("a", "2"));
        handling.await();
        Thread closer = Thread.ofPlatform().start(it::close);
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING || !closer.isAlive());
        go.countDown();
        closer.join();
        assertThat(first.outcome()).isEqualTo("accepted");
        assertThat(second.outcome()).as("the server keeps it").isEmpty();
        assertThat(seen).containsExactly("1");
    }

    @Test
    void theAnswerThatAListenerWaitsForComesWhileItsClientCloses() throws InterruptedException {
        ClientFixture it = new ClientFixture().connected();
        join(it.client
                .subscribe("a", Message.class, r -> join(it.client.request("sum", "1+1", Integer.class, LONG)))
                .granted());
        FakeSettling delivery = it.server.deliver(json("a", "1"));
        await().until(() -> !it.server.published().isEmpty());
        Thread closer = Thread.ofPlatform().start(it::close);
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING || !closer.isAlive());
        it.server.deliver(RequestingTest.answer(it.server.published().getLast(), "2"));
        closer.join();
        assertThat(delivery.outcome()).isEqualTo("accepted");
    }

    @Test
    void aListenerMayCloseItsClient() {
        ClientFixture it = new ClientFixture().connected();
        List<String> seen = new CopyOnWriteArrayList<>();
        join(it.client
                .subscribe("a", Message.class, r -> {
                    it.close();
                    seen.add("closed");
                })
                .granted());
        it.server.deliver(json("a", "1"));
        await().until(() -> seen.size() == 1);
    }
}
