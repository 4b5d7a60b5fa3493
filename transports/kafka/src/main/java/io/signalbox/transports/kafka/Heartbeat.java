package io.signalbox.transports.kafka;

import io.signalbox.transports.connection.Connector;
import io.signalbox.transports.connection.ResponseTimes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster every second who it is. Kafka's clients keep their connections to themselves; this is how health and
 * the circuit breaker hear of them.
 */
final class Heartbeat implements Connector<Thread> {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final ResponseTimes responseTimes;
    private volatile @Nullable Thread beating;

    Heartbeat(Cluster cluster, ResponseTimes responseTimes) {
        this.cluster = cluster;
        this.responseTimes = responseTimes;
    }

    @Override
    public Thread connect(Lost lost) {
        cluster.ping();
        Thread thread = Thread.ofVirtual().name("kafka-heartbeat").unstarted(() -> beat(lost));
        beating = thread;
        thread.start();
        return thread;
    }

    private void beat(Lost lost) {
        try {
            while (Thread.currentThread() == beating) {
                Pauses.pause(EVERY);
                if (Thread.currentThread() == beating) {
                    long began = System.nanoTime();
                    cluster.ping();
                    responseTimes.record(System.nanoTime() - began);
                }
            }
        } catch (RuntimeException e) {
            lost.because(e);
        }
    }

    @Override
    public void disconnect(Thread connection) {
        beating = null;
    }
}
