package io.signalbox.transports.redis;

import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.FilterSpec.RetainedDelivery;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.StartPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Subscriptions of sessions: begun, with what they want of the past, and ended. */
final class Subscribing {
    private final Sessions sessions;
    private final RedisTransport transport;
    private final Past past;

    Subscribing(Sessions sessions, RedisTransport transport) {
        this.sessions = sessions;
        this.transport = transport;
        past = new Past(transport);
    }

    CompletionStage<List<@Nullable Refusal>> subscribe(RedisSession session, List<FilterSpec> specs) {
        List<@Nullable Refusal> results = new ArrayList<>();
        List<FilterSpec> accepted = new ArrayList<>();
        boolean fromThePast = false;
        for (FilterSpec spec : specs) {
            Refusal refusal = transport.admission().refuse(spec);
            results.add(refusal);
            if (refusal == null) {
                accepted.add(spec);
                fromThePast |= !(spec.start() instanceof StartPosition.New);
            }
        }
        if (!fromThePast) {
            return begin(session, accepted, Map.of()).thenApply(done -> results);
        }
        // Most of the past is copied on a thread of its own: it is long, and nobody else waits for it.
        CompletableFuture<Map<FilterSpec, String>> copied = new CompletableFuture<>();
        Thread.ofVirtual().name("redis-past").start(() -> {
            try {
                copied.complete(copyPast(session, accepted));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                copied.completeExceptionally(Worker.closed());
            } catch (RuntimeException e) {
                copied.completeExceptionally(e);
            }
        });
        return copied.thenCompose(after -> begin(session, accepted, after)).thenApply(done -> results);
    }

    private Map<FilterSpec, String> copyPast(RedisSession session, List<FilterSpec> specs) throws InterruptedException {
        Map<FilterSpec, String> after = new HashMap<>();
        for (FilterSpec spec : specs) {
            if (!(spec.start() instanceof StartPosition.New)) {
                String group = spec.shareGroup();
                String queue = group == null
                        ? Keys.own(session.name())
                        : Keys.shared(group, spec.filter().text());
                after.put(spec, past.copy(queue, spec));
            }
        }
        return after;
    }

    private CompletionStage<Boolean> begin(
            RedisSession session, List<FilterSpec> specs, Map<FilterSpec, String> after) {
        return sessions.ask(
                link -> {
                    demandAttached(session);
                    if (!write(link, session, specs, after)) {
                        throw Worker.closed();
                    }
                    session.subscribed(specs);
                    return true;
                },
                done -> session.askPump());
    }

    /** @return false if the session is somebody else's by now */
    private boolean write(Link link, RedisSession session, List<FilterSpec> specs, Map<FilterSpec, String> after)
            throws InterruptedException, TimeoutException {
        Arguments arguments =
                new Arguments().add(session.name()).add(session.token()).add(specs.size());
        for (FilterSpec spec : specs) {
            arguments
                    .add(SubscriptionText.group(spec.shareGroup()))
                    .add(spec.filter().text())
                    .add(SubscriptionText.options(spec))
                    .add(spec.filter().isExact())
                    .add(spec.retained().name())
                    .add(after.getOrDefault(spec, ""));
        }
        List<Object> answer = Failures.get(
                link.run(Script.SUBSCRIBE, arguments),
                transport.config().publish().confirmWait().toMillis());
        return Reply.number(answer.getFirst()) == 1;
    }

    /** The server has lost them. On the worker. */
    void again(Link link, RedisSession session, List<FilterSpec> specs) throws InterruptedException, TimeoutException {
        List<FilterSpec> live = specs.stream()
                .map(spec -> new FilterSpec(
                        spec.filter(),
                        spec.shareGroup(),
                        spec.guarantee(),
                        spec.subscriptionId(),
                        spec.noLocal(),
                        spec.retainAsPublished(),
                        RetainedDelivery.NONE,
                        StartPosition.NEW,
                        0))
                .toList();
        write(link, session, live, Map.of());
    }

    CompletionStage<List<Boolean>> unsubscribe(RedisSession session, List<Target> targets) {
        Arguments arguments =
                new Arguments().add(session.name()).add(session.token()).add(targets.size());
        targets.forEach(target -> arguments
                .add(SubscriptionText.group(target.shareGroup()))
                .add(target.filter().text()));
        return sessions.ask(
                link -> {
                    demandAttached(session);
                    List<Object> answer = Failures.get(
                            link.run(Script.UNSUBSCRIBE, arguments),
                            transport.config().publish().confirmWait().toMillis());
                    if (answer.size() < targets.size()) {
                        throw Worker.closed();
                    }
                    session.unsubscribed(targets);
                    return answer.stream().map(one -> Reply.number(one) == 1).toList();
                },
                done -> {});
    }

    private static void demandAttached(RedisSession session) {
        if (!session.mailbox().attached()) {
            throw Worker.closed();
        }
    }
}
