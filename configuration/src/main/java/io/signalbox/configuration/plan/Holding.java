package io.signalbox.configuration.plan;

import io.signalbox.configuration.hierarchy.Hierarchy;
import io.signalbox.transport.provider.HeldPromise;
import io.signalbox.transport.provider.Promise;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Decides which transports must take nothing while it is not known what some servers promise, or while they give too
 * little. Members of a composite are judged one by one: one that is doubtful is held alone if the others are enough, so
 * that a quorum goes on without it.
 */
record Holding(MessagePlan plan, Hierarchy hierarchy) {
    /**
     * @param alone what those promise that are made of no others, as it is known now, by name
     * @param suspects of those, the ones that had not answered when the plan was judged
     * @return what must be held, by name, with what it does not give; none: that is not known
     */
    Map<String, List<String>> of(Map<String, Promise> alone, Set<String> suspects) {
        Map<String, List<String>> held = new LinkedHashMap<>();
        for (MessageRule rule : plan.rules()) {
            Set<String> concerned = new LinkedHashSet<>(hierarchy.below(rule.transport()));
            concerned.retainAll(suspects);
            if (!rule.needs().isEmpty() && !concerned.isEmpty()) {
                of(rule, alone, concerned, held);
            }
        }
        return held;
    }

    private void of(
            MessageRule rule, Map<String, Promise> alone, Set<String> concerned, Map<String, List<String>> held) {
        if (concerned.contains(rule.transport())) {
            Judgement direct = judge(rule, alone);
            if (!direct.isMet()) {
                held.put(rule.transport(), direct.refusals());
            }
            return;
        }
        Map<String, List<String>> doubtful = new LinkedHashMap<>();
        for (String one : concerned) {
            Set<String> others = new LinkedHashSet<>(concerned);
            others.remove(one);
            Judgement withIt = judge(rule, without(others, alone));
            if (!withIt.isMet()) {
                doubtful.put(one, withIt.refusals());
            }
        }
        if (doubtful.isEmpty()) {
            return;
        }
        Map<String, Promise> rest = hierarchy.together(without(doubtful.keySet(), alone));
        boolean enough = !Objects.requireNonNull(rest.get(rule.transport())).isHeld()
                && plan.judge(rule, rest).isMet();
        if (enough) {
            doubtful.forEach(held::putIfAbsent);
        } else {
            held.put(rule.transport(), judge(rule, alone).refusals());
        }
    }

    private Judgement judge(MessageRule rule, Map<String, Promise> alone) {
        return plan.judge(rule, hierarchy.together(alone));
    }

    private static Map<String, Promise> without(Set<String> names, Map<String, Promise> alone) {
        Map<String, Promise> held = new LinkedHashMap<>(alone);
        names.forEach(name -> held.computeIfPresent(name, (same, promise) -> new HeldPromise(promise)));
        return held;
    }
}
