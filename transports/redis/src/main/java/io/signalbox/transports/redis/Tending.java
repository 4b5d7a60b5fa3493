package io.signalbox.transports.redis;

import io.lettuce.core.RedisFuture;
import io.signalbox.transports.connection.Backoff;
import io.signalbox.transports.connection.Neighbours;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a node does now and then: says that it lives, looks who else does, ends what is over, looks into the intake.
 * Owned by the worker.
 */
final class Tending {
    /** One poll of so many looks into queues that nobody told of: the word was lost, or somebody added by hand. */
    private static final int EVERYBODY_POLLS = 20;

    private final RedisTransport transport;
    private final Sessions sessions;
    private final Intake intake;
    private final Dropped dropped;
    private final String node;
    private final Neighbours<String> neighbours;
    private int polls;
    private Map<String, Long> gone = Map.of();
    private @Nullable Link lookedOver;
    private @Nullable RedisFuture<String> ping;
    private long pingSince;

    Tending(RedisTransport transport, Sessions sessions, Intake intake, Dropped dropped, String node) {
        this.transport = transport;
        this.sessions = sessions;
        this.intake = intake;
        this.dropped = dropped;
        this.node = node;
        neighbours = new Neighbours<>(
                transport.config().delivery().silenceMax().toNanos(),
                transport.config().delivery().pollInterval().toNanos(),
                Backoff.DEFAULT.max().toNanos());
    }

    void poll() {
        boolean everybody = ++polls % EVERYBODY_POLLS == 0;
        sessions.poll(everybody);
        transport.worker().tried("housekeeping", link -> {
            ping(link);
            if (tend(link, everybody) > 0) {
                intake.read(link);
            }
            return true;
        });
    }

    /** @return how many entries the intake has */
    private long tend(Link link, boolean everybody) throws InterruptedException, TimeoutException {
        if (link != lookedOver) {
            neighbours.couldNotLook();
            gone = Map.of();
            lookedOver = link;
        }
        RedisConfig config = transport.config();
        Arguments arguments = new Arguments()
                .add(node)
                .add(transport.time().argument())
                .add(config.delivery().silenceMax().toMillis())
                .add(config.retention().historyMax().toMillis())
                .add(gone.size());
        gone.forEach((dead, beats) -> arguments.add(dead).add(beats));
        arguments.addCounted(everybody ? sharedQueues() : Set.of());
        List<Object> answer = Failures.get(
                link.run(Script.TEND, arguments), config.publish().confirmWait().toMillis());
        dropped.are(Reply.number(answer.get(1)), Reply.number(answer.get(2)));
        Map<String, Long> beats = new HashMap<>();
        Reply.map(answer.get(3)).forEach((other, count) -> beats.put(other, (long) Double.parseDouble(count)));
        beats.remove(node);
        gone = neighbours.gone(beats, System.nanoTime());
        return Reply.number(answer.getFirst());
    }

    private Set<String> sharedQueues() {
        Set<String> shared = new LinkedHashSet<>();
        for (RedisSession session : sessions.all()) {
            shared.addAll(session.sharedQueues());
        }
        return shared;
    }

    /** The line that listens says nothing by itself when it is dead. */
    private void ping(Link link) {
        RedisFuture<String> last = ping;
        if (last == null || last.isDone()) {
            ping = link.ping();
            pingSince = System.nanoTime();
        } else if (System.nanoTime() - pingSince
                > transport.config().publish().confirmWait().toNanos()) {
            ping = null;
            link.fail(new TimeoutException("the line that listens does not answer"));
        }
    }
}
