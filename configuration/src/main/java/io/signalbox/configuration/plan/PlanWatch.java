package io.signalbox.configuration.plan;

import io.signalbox.configuration.hierarchy.Hierarchy;
import io.signalbox.configuration.hierarchy.OpenTransports;
import io.signalbox.configuration.plan.Judgement.Verdict;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.provider.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges later what could not be judged at the start, because a server was absent. Until then its transport takes
 * nothing, but the spool before it does; if it turns out to give less than was declared, so it stays until the server
 * gives it.
 */
public final class PlanWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlanWatch.class);
    private static final long INTERVAL_MILLIS = 250;
    private static final long INTERVAL_MAX_MILLIS = 5_000;
    private static final Duration ASK = Duration.ofSeconds(2);

    private final MessagePlan plan;
    private final Hierarchy hierarchy;
    private final OpenTransports transports;
    private final Map<String, Promise> given;
    /** What the log has said of each. Owned by the watch's thread. */
    private final Map<String, List<String>> told = new HashMap<>();

    private final CountDownLatch closing = new CountDownLatch(1);

    private PlanWatch(MessagePlan plan, Hierarchy hierarchy, OpenTransports transports, Map<String, Promise> given) {
        this.plan = plan;
        this.hierarchy = hierarchy;
        this.transports = transports;
        this.given = given;
    }

    /** Transports that must take nothing before they are judged, and why, by name. */
    public static Map<String, Refusal> heldAtFirst(List<Judgement> judged) {
        return open(judged).stream()
                .collect(Collectors.toMap(
                        name -> name,
                        name -> new Refusal(
                                ReasonCode.BUSY,
                                "the server of " + name + " has not answered, and what it promises is not known")));
    }

    /** @param judged at the start; what is {@linkplain #heldAtFirst held} is looked at again */
    public static PlanWatch start(
            MessagePlan plan,
            Hierarchy hierarchy,
            OpenTransports transports,
            Map<String, Promise> given,
            List<Judgement> judged) {
        PlanWatch watch = new PlanWatch(plan, hierarchy, transports, given);
        Set<String> open = open(judged);
        open.forEach(name -> LOG.warn("what messages over {} need cannot be judged before its server answers", name));
        if (!open.isEmpty()) {
            Thread.ofVirtual().name("plan-watch").start(() -> watch.run(open));
        }
        return watch;
    }

    private static Set<String> open(List<Judgement> judged) {
        return judged.stream()
                .filter(judgement -> judgement.has(Verdict.OPEN))
                .map(judgement -> judgement.rule().transport())
                .collect(Collectors.toSet());
    }

    private void run(Set<String> heldAtFirst) {
        Set<String> held = heldAtFirst;
        long pauseMillis = INTERVAL_MILLIS;
        try {
            while (!held.isEmpty() && !closing.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                if (held.stream().anyMatch(transports::isThere)) {
                    held = judgeAgain(held);
                    pauseMillis = Math.min(INTERVAL_MAX_MILLIS, pauseMillis * 2);
                } else {
                    pauseMillis = INTERVAL_MILLIS;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return those that are held all the same */
    private Set<String> judgeAgain(Set<String> held) {
        List<Judgement> judged = plan.judge(hierarchy.promises(given, ASK));
        Set<String> still = new HashSet<>(open(judged));
        still.retainAll(held);
        for (String name : held) {
            if (!still.contains(name) && !isMet(name, judged)) {
                still.add(name);
            }
        }
        return still;
    }

    /** What is not given may be given later: somebody may change the server's settings. */
    private boolean isMet(String name, List<Judgement> judged) {
        List<String> refusals = judged.stream()
                .filter(judgement -> judgement.rule().transport().equals(name))
                .flatMap(judgement -> judgement.refusals().stream())
                .toList();
        if (refusals.isEmpty()) {
            transports.get(name).hold(null);
            LOG.info("the transport {} gives what its messages need", name);
            return true;
        }
        if (!refusals.equals(told.put(name, refusals))) {
            refusals.forEach(refusal -> LOG.error("{}; it takes no messages until it does", refusal));
        }
        transports.get(name).hold(new Refusal(ReasonCode.PLAN_UNMET, refusals.getFirst()));
        return false;
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
