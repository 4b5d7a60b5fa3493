package io.signalbox.transports.redis;

import io.signalbox.transports.delivery.Remembered;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owners that are gone, until Redis knows what they settled and left. Every work on sessions begins with them, so that
 * what was asked to end before has ended. Owned by the worker.
 */
final class Endings {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final RedisConfig config;
    private final ServerClock time;
    private final ArrayDeque<Ending> waiting = new ArrayDeque<>();

    private record Ending(RedisSession session, Map<Object, Remembered> left) {}

    Endings(RedisConfig config, ServerClock time) {
        this.config = config;
        this.time = time;
    }

    /** Its mailbox takes nothing any more. */
    void add(RedisSession session) {
        waiting.add(new Ending(session, session.mailbox().left()));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Each may be sent twice. */
    void write(Link link) throws InterruptedException, TimeoutException {
        for (Ending next = waiting.peek(); next != null; next = waiting.peek()) {
            try {
                write(link, next);
            } catch (RuntimeException e) {
                if (!Failures.isFinal(e)) {
                    throw e;
                }
                LOG.error(
                        "the end of session {} is not accepted by the server",
                        next.session().name(),
                        e);
            }
            waiting.remove();
        }
    }

    private void write(Link link, Ending ending) throws InterruptedException, TimeoutException {
        RedisSession session = ending.session();
        Settlements.Settled settled = session.settlements().take();
        long wait = config.publish().confirmWait().toMillis();
        boolean done = false;
        try {
            for (Future<?> answer :
                    settled.send(link, time.argument(), config.retention().deadLettersMax())) {
                Failures.get(answer, wait);
            }
            Failures.get(link.run(Script.DETACH, detach(ending)), wait);
            done = true;
        } finally {
            if (!done) {
                session.settlements().giveBack(settled);
            }
        }
    }

    private Arguments detach(Ending ending) {
        RedisSession session = ending.session();
        Arguments left = new Arguments();
        int count = 0;
        for (Map.Entry<Object, Remembered> one : ending.left().entrySet()) {
            if (one.getKey() instanceof Claim claim && one.getValue().offered()) {
                int id = Keys.isShared(claim.queue()) ? 0 : one.getValue().id();
                left.add(claim.queue())
                        .add(claim.id())
                        .add(id + " " + one.getValue().deliveryCount());
                count++;
            }
        }
        Arguments all = new Arguments()
                .add(session.name())
                .add(session.token())
                .add(time.argument())
                .addCounted(session.sharedInHand())
                .add(count);
        for (byte[] one : left.array()) {
            all.add(one);
        }
        return all;
    }
}
