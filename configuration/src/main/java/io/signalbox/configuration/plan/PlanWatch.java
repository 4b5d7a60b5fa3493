package io.signalbox.configuration.plan;

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
 * nothing, but the spool before it does; if it turns out to give less than was declared, it takes nothing until it gives
 * that. Only servers that may answer are asked, and less and less often.
 */
public final class PlanWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlanWatch.class);
    private static final long PAUSE_MIN_MILLIS = 250;
    private static final long PAUSE_MAX_MILLIS = 5_000;
    private static final Duration ASK = Duration.ofSeconds(2);

    private final Hierarchy hierarchy;
    private final Holding holding;
    private final Set<String> suspects;
    private final CountDownLatch closing = new CountDownLatch(1);
    /** Of those that are made of no others. Owned by the thread that starts it, then by the watch's own; so is the rest. */
    private final Map<String, Promise> alone;

    private Map<String, List<String>> held;
    private String trouble = "";

    /** @param promises of all transports, as the plan was judged by them */
    public PlanWatch(MessagePlan plan, Hierarchy hierarchy, Map<String, Promise> promises) {
        this.hierarchy = hierarchy;
        holding = new Holding(plan, hierarchy);
        alone = new LinkedHashMap<>(promises);
        hierarchy.entries().stream()
                .filter(entry -> !entry.plan().parts().isEmpty())
                .forEach(entry -> alone.remove(entry.name()));
        suspects = alone.entrySet().stream()
                .filter(one -> !one.getValue().isCertain())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        held = holding.of(alone, suspects);
    }

    /** Transports that must take nothing from the beginning, and why, by name. */
    public Map<String, Refusal> heldAtFirst() {
        Map<String, Refusal> refusals = new LinkedHashMap<>();
        held.forEach((name, unmet) -> refusals.put(name, refusal(name, unmet)));
        return refusals;
    }

    /** @param opened with what is {@linkplain #heldAtFirst held}, which is looked at again from now on */
    public void start(OpenTransports opened) {
        held.forEach(PlanWatch::tell);
        if (!held.isEmpty()) {
            Thread.ofVirtual().name("plan-watch").start(() -> run(opened));
        }
    }

    private void run(OpenTransports transports) {
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
                    askAgain(transports, now);
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
    private void askAgain(OpenTransports transports, Set<String> names) {
        try {
            alone.putAll(hierarchy.answers(ASK, names));
            holdAndRelease(transports);
            trouble = "";
        } catch (RuntimeException | Error e) {
            if (!trouble.equals(e.toString())) {
                LOG.error("what messages need cannot be judged; it is tried again", e);
                trouble = e.toString();
            }
        }
    }

    private void holdAndRelease(OpenTransports transports) {
        Map<String, List<String>> before = held;
        held = holding.of(alone, suspects);
        before.keySet().stream().filter(name -> !held.containsKey(name)).forEach(name -> {
            transports.get(name).hold(null);
            LOG.info("the transport {} gives what its messages need", name);
        });
        held.forEach((name, refusals) -> {
            if (!refusals.equals(before.get(name))) {
                tell(name, refusals);
                transports.get(name).hold(refusal(name, refusals));
            }
        });
    }

    private static void tell(String name, List<String> refusals) {
        if (refusals.isEmpty()) {
            LOG.warn("what messages over {} need cannot be judged before its server answers", name);
        } else {
            refusals.forEach(refusal -> LOG.error("{}; {} takes no messages until that is given", refusal, name));
        }
    }

    /** What is not given may be given later: somebody may change the server's settings. */
    private static Refusal refusal(String name, List<String> refusals) {
        return refusals.isEmpty()
                ? new Refusal(
                        ReasonCode.BUSY,
                        "the server of " + name + " has not answered, and what it promises is not known")
                : new Refusal(ReasonCode.PLAN_UNMET, refusals.getFirst());
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
