package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Waits until quorum queues that were just created outlive their server's death. RabbitMQ answers a declaration before
 * its registry of such queues is on disk: {@code names.dets} of its Raft library is saved when nobody has changed it for
 * half a second, and after 3 s at the latest. A node that dies before starts the queue anew, empty, with all that was
 * confirmed lost; 3.10 does not even elect a leader for it. Owned by one thread at a time.
 */
final class Settling {
    private final long waitNanos;
    private final Set<String> young = new LinkedHashSet<>();
    private long declaredNanos;

    /** @param wait zero for queues that may be lost */
    Settling(Duration wait) {
        waitNanos = wait.toNanos();
    }

    /** A queue that was not there before, and is a quorum queue if such are configured. */
    void declaredDurable(Topology topology, String queue) {
        if (topology.quorum()) {
            declared(queue);
        }
    }

    private void declared(String queue) {
        if (waitNanos > 0) {
            young.add(queue);
            declaredNanos = System.nanoTime();
        }
    }

    /** @throws IOException if the connection is lost meanwhile: the queues may be broken */
    void await(Connection connection) throws IOException {
        while (!young.isEmpty() && System.nanoTime() - declaredNanos < waitNanos) {
            if (!connection.isOpen()) {
                throw new IOException("the connection was lost while " + young + " settled");
            }
            ConsumeLines.pause();
        }
        young.clear();
    }

    /** Deletes those whose settling was cut off, in which nothing is that anybody was promised. */
    void deleteBroken(Connection connection) throws IOException {
        for (String queue : Set.copyOf(young)) {
            Probe.ask(connection, channel -> channel.queueDelete(queue));
            young.remove(queue);
        }
    }
}
