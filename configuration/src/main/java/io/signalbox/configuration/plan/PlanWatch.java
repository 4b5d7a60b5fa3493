package io.signalbox.configuration.plan;

import io.signalbox.configuration.hierarchy.AbsencePolicy;
import io.signalbox.configuration.hierarchy.Hierarchy;
import io.signalbox.configuration.hierarchy.OpenTransports;
import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.provider.Promise;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
 * nothing, or the spool before it does; if it turns out to give less than was declared, it takes nothing until it gives
 * that. Only servers that may answer are asked, and less and less often.
 */
public final class PlanWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlanWatch.class);
    private static final long PAUSE_MIN_MILLIS = 250;
    private static final long PAUSE_MAX_MILLIS = 5_000;
    private static final Duration ASK = Duration.ofSeconds(2);

    private final Hierarchy hierarchy;
    private final OpenTransports transports;
    private final Holding holding;
    private final Set<String> suspects;
    private final CountDownLatch closing = new CountDownLatch(1);
    /** Of those that are made of no others. Owned by the thread that starts it, then by the watch's own; so is the rest. */
    private final Map<String, Promise> alone;

    private Map<String, List<String>> held = Map.of();
    private String trouble = "";

    private PlanWatch(MessagePlan plan, Hierarchy hierarchy, OpenTransports transports, Map<String, Promise> promises) {
        this.hierarchy = hierarchy;
        this.transports = transports;
        holding = new Holding(plan, hierarchy);
        alone = new LinkedHashMap<>(promises);
        hierarchy.entries().stream()
                .filter(entry -> !entry.plan().parts().isEmpty())
                .forEach(entry -> alone.remove(entry.name()));
        suspects = alone.entrySet().stream()
                .filter(one -> !one.getValue().isCertain())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** @param promises of all transports, as the plan was judged by them */
    public static PlanWatch start(
            MessagePlan plan, Hierarchy hierarchy, OpenTransports transports, Map<String, Promise> promises) {
        PlanWatch watch = new PlanWatch(plan, hierarchy, transports, promises);
        watch.holdAndRelease();
        if (!watch.held.isEmpty()) {
            Thread.ofVirtual().name("plan-watch").start(watch::run);
        }
        return watch;
    }

    private void run() {
        long pauseMillis = PAUSE_MIN_MILLIS;
        Set<String> answering = Set.of();
        try {
            while (!held.isEmpty() && !closing.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                Set<String> now =
                        doubtful().stream().filter(transports::mayAnswer).collect(Collectors.toSet());
                boolean news = !answering.containsAll(now);
                answering = now;
                boolean asked = !now.isEmpty();
                if (asked) {
                    askAgain(now);
                }
                pauseMillis = news || !asked ? PAUSE_MIN_MILLIS : Math.min(PAUSE_MAX_MILLIS, 2 * pauseMillis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Those on which it depends what is held. */
    private Set<String> doubtful() {
        Set<String> names = new LinkedHashSet<>();
        held.keySet().forEach(name -> names.addAll(hierarchy.below(name)));
        names.retainAll(suspects);
        return names;
    }

    /** Whatever goes wrong with the judging must not end it: what is held would be so for ever. */
    private void askAgain(Set<String> names) {
        try {
            alone.putAll(hierarchy.answers(ASK, names));
            holdAndRelease();
            trouble = "";
        } catch (RuntimeException | LinkageError e) {
            if (!trouble.equals(e.toString())) {
                LOG.error("what messages need cannot be judged; it is tried again", e);
                trouble = e.toString();
            }
        }
    }

    private void holdAndRelease() {
        Map<String, List<String>> before = held;
        held = holding.of(alone, suspects);
        before.keySet().stream().filter(name -> !held.containsKey(name)).forEach(name -> {
            transports.get(name).hold(null);
            LOG.info("the transport {} gives what its messages need", name);
        });
        held.forEach((name, refusals) -> {
            if (!refusals.equals(before.get(name))) {
                hold(name, refusals);
            }
        });
    }

    private void hold(String name, List<String> refusals) {
        if (!refusals.isEmpty()) {
            refusals.forEach(refusal -> LOG.error("{}; {} takes no messages until that is given", refusal, name));
            transports.get(name).hold(new Refusal(ReasonCode.BUSY, refusals.getFirst()));
            return;
        }
        LOG.warn("what messages over {} need cannot be judged before its server answers", name);
        boolean spools = hierarchy
                .find(name)
                .filter(entry -> entry.whenAbsent() == AbsencePolicy.SPOOL)
                .isPresent();
        if (!spools) {
            transports
                    .get(name)
                    .hold(new Refusal(
                            ReasonCode.BUSY,
                            "the server of " + name + " has not answered, and what it promises is not known"));
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
