package io.signalbox.transports.redis;

import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a node does now and then: says that it lives, renews what its members of share groups hold, ends what is over,
 * looks into the intake. Owned by the worker.
 */
final class Tending {
    /** Queues that nobody told of, since the word was lost: an entry that somebody added by hand. */
    private static final long EVERYBODY_NANOS = 5_000_000_000L;

    private final RedisTransport transport;
    private final Sessions sessions;
    private final Intake intake;
    private final String node;
    private long nextEverybody = System.nanoTime() + EVERYBODY_NANOS;
    private @Nullable RedisFuture<String> ping;
    private long pingSince;

    Tending(RedisTransport transport, Sessions sessions, Intake intake, String node) {
        this.transport = transport;
        this.sessions = sessions;
        this.intake = intake;
        this.node = node;
    }

    void poll() {
        boolean everybody = System.nanoTime() - nextEverybody >= 0;
        if (everybody) {
            nextEverybody = System.nanoTime() + EVERYBODY_NANOS;
        }
        sessions.poll(everybody);
        transport.worker().tried("housekeeping", link -> {
            ping(link);
            if (tend(link) > 0) {
                intake.read(link);
            }
            return true;
        });
    }

    private long tend(Link link) throws InterruptedException, TimeoutException {
        List<String> shared = new ArrayList<>();
        for (RedisSession session : sessions.all()) {
            for (String queue : session.sharedQueues()) {
                shared.add(queue);
                shared.add(session.token());
            }
        }
        RedisConfig config = transport.config();
        long now = transport.time().millis();
        Arguments arguments = new Arguments()
                .add(node)
                .add(now)
                .add(config.delivery().silenceMax().toMillis())
                .add(Math.max(0, now - config.retention().historyMax().toMillis()) + "-0")
                .add(shared.size() / 2);
        shared.forEach(arguments::add);
        return Reply.number(Failures.get(
                        link.run(Script.TEND, arguments),
                        config.publish().confirmWait().toMillis())
                .getFirst());
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
