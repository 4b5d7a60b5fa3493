package io.signalbox.configuration;

import io.signalbox.configuration.hierarchy.Hierarchy;
import io.signalbox.configuration.hierarchy.TransportEntry;
import io.signalbox.transport.provider.ServerAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks all configured servers at once who they are. */
public final class Probes {
    /** What the client libraries may take beyond the limit that they are given. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private Probes() {}

    /**
     * @param answer null: there is no server to ask, or it did not answer
     * @param trouble why it did not answer; empty if it did, or there is none to ask
     */
    public record Probed(
            String name,
            String type,
            String endpoint,
            @Nullable ServerAnswer answer,
            String trouble) {
        public boolean reachable() {
            return trouble.isEmpty();
        }
    }

    /** @param timeout the longest that each may take */
    public static List<Probed> ask(Hierarchy hierarchy, Duration timeout) {
        List<Future<@Nullable ServerAnswer>> answers = new ArrayList<>();
        for (TransportEntry entry : hierarchy.entries()) {
            CompletableFuture<@Nullable ServerAnswer> answer = new CompletableFuture<>();
            Thread.ofPlatform().daemon().name("probe-" + entry.name()).start(() -> answer(entry, timeout, answer));
            answers.add(answer);
        }
        List<Probed> probed = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            probed.add(probed(hierarchy.entries().get(i), answers.get(i), timeout.plus(GRACE)));
        }
        return probed;
    }

    private static void answer(
            TransportEntry entry, Duration timeout, CompletableFuture<@Nullable ServerAnswer> answer) {
        try {
            answer.complete(TransportLibraries.<@Nullable ServerAnswer, Exception>with(
                    () -> entry.plan().probe(timeout)));
        } catch (Exception | LinkageError e) {
            answer.completeExceptionally(e);
        }
    }

    private static Probed probed(TransportEntry entry, Future<@Nullable ServerAnswer> answer, Duration limit) {
        ServerAnswer found = null;
        String trouble = "";
        try {
            found = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            trouble = cause(e);
        } catch (TimeoutException e) {
            trouble = "no answer within " + limit.toMillis() + " ms";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            trouble = "interrupted";
        }
        return new Probed(entry.name(), entry.type(), entry.plan().endpoint(), found, trouble);
    }

    /** The innermost cause says what it was; the client libraries' own words are about their layers. */
    private static String cause(ExecutionException failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
