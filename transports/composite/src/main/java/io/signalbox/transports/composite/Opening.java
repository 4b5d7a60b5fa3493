package io.signalbox.transports.composite;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Session;
import io.signalbox.transports.composite.merge.MergedSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Opens one merged session at every member. A member that is absent is asked again until it answers, and not before it
 * has answered: two opens of one name would take it from each other.
 */
final class Opening {
    private final List<Member> members;
    private final MergedSession session;
    private final int neededMin;
    private final AtomicReferenceArray<Throwable> failures;

    /** 1 while a member is opening, or learns its subscriptions. */
    private final AtomicIntegerArray busy;

    /** @param neededMin so many members must open for the session to be of use */
    Opening(List<Member> members, MergedSession session, int neededMin) {
        this.members = members;
        this.session = session;
        this.neededMin = neededMin;
        failures = new AtomicReferenceArray<>(members.size());
        busy = new AtomicIntegerArray(members.size());
    }

    CompletionStage<Session> open(Duration timeout) {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            answers.add(open(i, timeout));
        }
        CompletableFuture<Session> opened = new CompletableFuture<>();
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, never) -> onLane(() -> allAnswered(opened), () -> allAnswered(opened)));
        return opened;
    }

    private void allAnswered(CompletableFuture<Session> opened) {
        int absent = 0;
        for (int i = 0; i < members.size(); i++) {
            absent += session.missing(i) ? 1 : 0;
        }
        if (members.size() - absent < neededMin) {
            handOut(opened, failure());
        } else {
            session.allJoined().whenComplete((joined, failure) -> handOut(opened, failure));
        }
    }

    /**
     * On the lane: the members' workers, and the one thread that sees to all time limits of the process, are not there for
     * what is done with a session that is open.
     */
    private void handOut(CompletableFuture<Session> opened, @Nullable Throwable failure) {
        Runnable tell = () -> {
            if (failure != null) {
                opened.completeExceptionally(failure);
                onLane(() -> session.detach(true));
            } else {
                opened.complete(session);
                onLane(session::start);
            }
        };
        onLane(tell, tell);
    }

    private void onLane(Runnable task) {
        onLane(task, () -> {}); // the connection is closed already; its members' sessions end with it
    }

    /** @param closed runs here instead, when the lane takes no more */
    private void onLane(Runnable task, Runnable closed) {
        try {
            session.lane().execute(task);
        } catch (RejectedExecutionException gone) {
            closed.run();
        }
    }

    private CompletableFuture<Void> open(int member, Duration timeout) {
        CompletableFuture<Session> original = ask(member);
        CompletableFuture<Session> inTime = original.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return inTime.handle((joined, failure) -> {
            if (failure == null) {
                session.joined(member, joined);
                busy.set(member, 0);
            } else {
                failures.set(member, failure);
                joinLate(member, original);
            }
            return null;
        });
    }

    private CompletableFuture<Session> ask(int member) {
        busy.set(member, 1);
        try {
            return members.get(member)
                    .transport()
                    .open(session.options(), session.lane(), session.subscriberOf(member))
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void joinLate(int member, CompletableFuture<Session> original) {
        original.whenComplete((late, failure) -> {
            if (failure != null) {
                failures.set(member, failure);
                busy.set(member, 0);
            } else {
                onLane(() -> session.joinedLate(member, late).whenComplete((done, refused) -> busy.set(member, 0)));
            }
        });
    }

    /** Asks the members that are still missing again; those that open join. */
    void retryMissing() {
        for (int i = 0; i < members.size(); i++) {
            if (session.missing(i) && busy.get(i) == 0) {
                joinLate(i, ask(i));
            }
        }
    }

    boolean complete() {
        for (int i = 0; i < members.size(); i++) {
            if (session.missing(i) || busy.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private SignalboxException failure() {
        StringBuilder text = new StringBuilder();
        ReasonCode reason = ReasonCode.BUSY;
        for (int i = 0; i < members.size(); i++) {
            Throwable failure = failures.get(i);
            if (failure == null) {
                continue;
            }
            Throwable cause = failure.getCause() instanceof SignalboxException inner ? inner : failure;
            if (cause instanceof SignalboxException refusal) {
                reason = refusal.reason();
            }
            text.append(text.isEmpty() ? "" : "; ")
                    .append(members.get(i).name())
                    .append(": ")
                    .append(cause.getMessage());
        }
        return new SignalboxException(reason, "the session could not be opened at " + text);
    }
}
