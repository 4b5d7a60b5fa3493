package io.signalbox.client.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Lane lane = new Lane(2);

    @AfterEach
    void close() {
        lane.close(Duration.ofSeconds(5));
    }

    @Test
    void whatIsToldIsToldInOrderAlsoAfterSomebodyThrew() {
        List<Integer> told = new CopyOnWriteArrayList<>();
        CompletableFuture<Boolean> last = new CompletableFuture<>();
        lane.execute(() -> told.add(1));
        lane.execute(() -> {
            throw new IllegalStateException("the application's");
        });
        lane.execute(() -> told.add(2));
        lane.execute(() -> last.complete(lane.isCurrent()));
        assertThat(last.orTimeout(30, TimeUnit.SECONDS).join()).isTrue();
        assertThat(told).containsExactly(1, 2);
        assertThat(lane.isCurrent()).isFalse();
    }

    @Test
    void whoeverTellsTooMuchWaitsForRoomButNotForHimself() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Boolean> inside = new CompletableFuture<>();
        lane.execute(() -> {
            try {
                go.await();
                inside.complete(lane.awaitRoom(0));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        lane.execute(() -> {});
        assertThat(lane.isFull()).isTrue();
        assertThat(lane.awaitRoom(1)).isFalse();
        go.countDown();
        assertThat(lane.awaitRoom(30_000)).isTrue();
        assertThat(inside.orTimeout(30, TimeUnit.SECONDS).join()).isTrue();
    }
}
