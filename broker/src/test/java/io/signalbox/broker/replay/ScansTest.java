package io.signalbox.broker.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ScansTest {
    private final Scans scans = new Scans();

    /** There may be as few as two threads for all that is done in the background. */
    @Test
    void manyScansTakeOneThread() throws Exception {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch firstIn = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            threads.add(Thread.ofPlatform()
                    .start(() -> scans.step(() -> {
                        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                        firstIn.countDown();
                        uninterrupted(goOn);
                        atOnce.decrementAndGet();
                    })));
        }
        firstIn.await();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> threads.stream().allMatch(t -> t.getState() == Thread.State.WAITING));
        goOn.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most).hasValue(1);
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
