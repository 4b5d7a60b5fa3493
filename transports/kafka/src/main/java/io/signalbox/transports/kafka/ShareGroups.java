package io.signalbox.transports.kafka;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.delivery.Remembered;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The share groups that sessions of this node are members of. Thread safe; blocks. */
final class ShareGroups {
    private static final Logger LOG = LoggerFactory.getLogger(ShareGroups.class);

    private final KafkaTransport transport;
    private final Map<Target, Here> groups = new ConcurrentHashMap<>();

    /** @param sessions members, and those that still hold something */
    private record Here(ShareGroup group, Set<KafkaSession> sessions) {}

    ShareGroups(KafkaTransport transport) {
        this.transport = transport;
    }

    synchronized void join(Target target, KafkaSession session, FilterSpec spec) {
        Here here = groups.computeIfAbsent(target, t -> new Here(new ShareGroup(transport, t), new HashSet<>()));
        here.sessions.add(session);
        await(here.group.join(session, spec));
    }

    synchronized void leave(Target target, KafkaSession session) {
        Here here = groups.get(target);
        if (here != null) {
            await(here.group.leave(session));
        }
    }

    /** The session is gone from here, from all groups. */
    synchronized void ended(KafkaSession session, Map<Object, Remembered> left) {
        for (Map.Entry<Target, Here> entry : List.copyOf(groups.entrySet())) {
            Here here = entry.getValue();
            if (here.sessions.remove(session)) {
                await(here.group.ended(session, left));
                if (here.sessions.isEmpty()) {
                    here.group.stop(false);
                    groups.remove(entry.getKey());
                }
            }
        }
    }

    /** A session can take more than before. Never blocks. */
    void wake() {
        groups.values().forEach(here -> here.group.wake());
    }

    synchronized void halt() {
        groups.values().forEach(here -> here.group.stop(true));
        groups.clear();
    }

    private void await(CompletableFuture<Boolean> answer) {
        try {
            boolean done = answer.get(transport.config().answerWait().toMillis(), TimeUnit.MILLISECONDS);
            LOG.trace("a share group has answered {}", done);
        } catch (TimeoutException e) {
            LOG.warn("a share group is held up by the cluster, and will do later what it was asked");
        } catch (ExecutionException e) {
            LOG.debug("a share group has ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
