package io.signalbox.transports.composite.merge;

import io.signalbox.message.Guarantee;
import io.signalbox.transport.Admission;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Session.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a merged session: in force at every member that is here, or refused, since half a subscription
 * misses messages in silence. What is in force is noted in the {@link MergeState}.
 */
final class MemberSubscriptions {
    private final MergeState state;
    private final Admission admission;
    private final Supplier<List<Session>> members;

    /** @param members those that are here now */
    MemberSubscriptions(MergeState state, Admission admission, Supplier<List<Session>> members) {
        this.state = state;
        this.admission = admission;
        this.members = members;
    }

    CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        List<@Nullable Refusal> results = new ArrayList<>();
        specs.forEach(spec -> results.add(admission.refuse(spec)));
        List<FilterSpec> admitted = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            if (results.get(i) == null) {
                admitted.add(atLeastOnce(specs.get(i)));
            }
        }
        synchronized (state) {
            admitted.forEach(spec -> state.subscriptions.put(target(spec), spec));
        }
        List<CompletableFuture<List<@Nullable Refusal>>> answers = new ArrayList<>();
        members.get().forEach(session -> answers.add(session.subscribe(admitted).toCompletableFuture()));
        return all(answers)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        takeBack(admitted.stream()
                                .map(MemberSubscriptions::target)
                                .toList());
                    }
                })
                .thenApply(done -> {
                    Iterator<@Nullable Refusal> ofMembers =
                            combine(admitted, answers).iterator();
                    results.replaceAll(refusal -> refusal == null ? ofMembers.next() : refusal);
                    return results;
                });
    }

    private static Target target(FilterSpec spec) {
        return new Target(spec.filter(), spec.shareGroup());
    }

    private static FilterSpec atLeastOnce(FilterSpec spec) {
        return spec.guarantee() != Guarantee.EXACTLY_ONCE
                ? spec
                : new FilterSpec(
                        spec.filter(),
                        spec.shareGroup(),
                        Guarantee.AT_LEAST_ONCE,
                        spec.subscriptionId(),
                        spec.noLocal(),
                        spec.retainAsPublished(),
                        spec.retained(),
                        spec.start(),
                        spec.replaySpeed());
    }

    private List<@Nullable Refusal> combine(
            List<FilterSpec> specs, List<CompletableFuture<List<@Nullable Refusal>>> answers) {
        List<@Nullable Refusal> results = new ArrayList<>(Collections.nCopies(specs.size(), (Refusal) null));
        List<Target> undone = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            for (CompletableFuture<List<@Nullable Refusal>> answer : answers) {
                Refusal refusal = answer.join().get(i);
                if (refusal != null) {
                    results.set(i, refusal);
                }
            }
            if (results.get(i) != null) {
                undone.add(target(specs.get(i)));
            }
        }
        if (!undone.isEmpty()) {
            takeBack(undone);
        }
        return results;
    }

    /**
     * Where the session was resumed they may be older than this attempt, and what they have queued, or are still to read
     * (Kafka), would be lost with them: there they stay, and whoever asks for them again goes on where it was.
     */
    private void takeBack(List<Target> targets) {
        synchronized (state) {
            targets.forEach(state.subscriptions::remove);
        }
        members.get().stream().filter(session -> !session.resumed()).forEach(session -> session.unsubscribe(targets));
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
    }

    CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        synchronized (state) {
            targets.forEach(state.subscriptions::remove);
        }
        List<CompletableFuture<List<Boolean>>> answers = new ArrayList<>();
        members.get()
                .forEach(session -> answers.add(session.unsubscribe(targets).toCompletableFuture()));
        return all(answers).thenApply(done -> {
            List<Boolean> was = new ArrayList<>(Collections.nCopies(targets.size(), false));
            for (CompletableFuture<List<Boolean>> answer : answers) {
                for (int i = 0; i < targets.size(); i++) {
                    was.set(i, was.get(i) || answer.join().get(i));
                }
            }
            return was;
        });
    }

    /** At any of them; empty if one cannot tell. */
    CompletionStage<Optional<List<Target>>> atMembers() {
        List<CompletableFuture<Optional<List<Target>>>> answers = new ArrayList<>();
        members.get().forEach(session -> answers.add(session.subscriptions().toCompletableFuture()));
        return all(answers).thenApply(done -> {
            Set<Target> found = new LinkedHashSet<>();
            for (CompletableFuture<Optional<List<Target>>> answer : answers) {
                Optional<List<Target>> of = answer.join();
                if (of.isEmpty()) {
                    return Optional.empty();
                }
                found.addAll(of.get());
            }
            return Optional.of(List.copyOf(found));
        });
    }

    /** Is anything known that a member could lack? */
    boolean any() {
        synchronized (state) {
            return !state.subscriptions.isEmpty();
        }
    }

    /** A member that lacks them gets all; fails if one of them is not in force there. */
    CompletionStage<?> bringTo(Session member) {
        List<FilterSpec> specs;
        synchronized (state) {
            specs = List.copyOf(state.subscriptions.values());
        }
        return specs.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : member.subscribe(specs).thenAccept(refusals -> {
                    for (Refusal refusal : refusals) {
                        if (refusal != null) {
                            throw refusal.toException();
                        }
                    }
                });
    }
}
