package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class DispatchTest {
    private final Dispatch dispatch = new Dispatch();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private void awaitEnd() throws InterruptedException {
        dispatch.shutdown();
        assertThat(dispatch.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsLeftForTheEndRunsWhenTheBlockIsDone() throws InterruptedException {
        dispatch.execute(() -> {
            Dispatch.atEnd(() -> ran.add("end 1"));
            Dispatch.atEnd(() -> ran.add("end 2"));
            ran.add("block");
        });
        awaitEnd();
        assertThat(ran).containsExactly("block", "end 1", "end 2");
    }

    @Test
    void aBlockThatFailsHasAnEndToo() throws InterruptedException {
        dispatch.execute(() -> {
            Dispatch.atEnd(() -> ran.add("end"));
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> ran.add(failure.getMessage()));
            throw new IllegalStateException("on purpose");
        });
        awaitEnd();
        // The executor counts a thread as done before its handler hears of the failure.
        await().untilAsserted(() -> assertThat(ran).containsExactly("end", "on purpose"));
    }

    @Test
    void outsideOfABlockItRunsAtOnce() {
        Dispatch.atEnd(() -> ran.add("now"));
        assertThat(ran).containsExactly("now");
    }
}
