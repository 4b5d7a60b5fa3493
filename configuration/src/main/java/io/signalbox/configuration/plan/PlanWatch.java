package io.signalbox.configuration.plan;

import io.signalbox.configuration.hierarchy.AbsencePolicy;
import io.signalbox.configuration.hierarchy.Hierarchy;
import io.signalbox.configuration.hierarchy.OpenTransports;
import io.signalbox.configuration.plan.Judgement.Verdict;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.provider.Promise;
import java.time.Duration;
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
 * nothing, or the spool before it does; if it turns out to give less than was declared, it takes nothing at all.
 */
public final class PlanWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlanWatch.class);
    private static final long INTERVAL_MILLIS = 250;
    private static final Duration ASK = Duration.ofSeconds(2);

    private final MessagePlan plan;
    private final Hierarchy hierarchy;
    private final OpenTransports transports;
    private final Map<String, Promise> given;
    private final CountDownLatch closing = new CountDownLatch(1);

    private PlanWatch(MessagePlan plan, Hierarchy hierarchy, OpenTransports transports, Map<String, Promise> given) {
        this.plan = plan;
        this.hierarchy = hierarchy;
        this.transports = transports;
        this.given = given;
    }

    /** @param judged at the start */
    public static PlanWatch start(
            MessagePlan plan,
            Hierarchy hierarchy,
            OpenTransports transports,
            Map<String, Promise> given,
            List<Judgement> judged) {
        PlanWatch watch = new PlanWatch(plan, hierarchy, transports, given);
        Set<String> open = open(judged);
        open.forEach(watch::hold);
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

    private void hold(String name) {
        boolean spools = hierarchy
                .find(name)
                .filter(entry -> entry.whenAbsent() == AbsencePolicy.SPOOL)
                .isPresent();
        LOG.warn("what messages over {} need cannot be judged before its server answers", name);
        if (!spools) {
            transports
                    .get(name)
                    .hold(new Refusal(
                            ReasonCode.BUSY,
                            "the server of " + name + " has not answered, and what it promises is not known"));
        }
    }

    private void run(Set<String> openAtFirst) {
        Set<String> open = openAtFirst;
        try {
            while (!open.isEmpty() && !closing.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                if (open.stream().anyMatch(transports::isThere)) {
                    open = judgeAgain(open);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Set<String> judgeAgain(Set<String> before) {
        List<Judgement> judged = plan.judge(hierarchy.promises(given, ASK));
        Set<String> still = open(judged);
        for (String name : before) {
            if (!still.contains(name)) {
                settle(name, judged);
            }
        }
        return still;
    }

    private void settle(String name, List<Judgement> judged) {
        List<String> refusals = judged.stream()
                .filter(judgement -> judgement.rule().transport().equals(name))
                .flatMap(judgement -> judgement.refusals().stream())
                .toList();
        if (refusals.isEmpty()) {
            transports.get(name).hold(null);
            LOG.info("the transport {} gives what its messages need", name);
        } else {
            refusals.forEach(refusal -> LOG.error("{}; it takes no messages", refusal));
            transports.get(name).hold(new Refusal(ReasonCode.NOT_SUPPORTED, refusals.getFirst()));
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
