package io.signalbox.transports.composite.bridge;

import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.Session.Target;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the bridge's session at the source is subscribed to: what the bridge carries, and no more, as far as the source
 * can tell what an earlier configuration has left there. Thread safe.
 *
 * @param kept beside the bridge's own filters; the source may refuse it
 */
record SourceFilters(BridgeConfig config, TopicFilter kept) {
    private static final Logger LOGGER = LoggerFactory.getLogger(SourceFilters.class);

    /** Questions of other configurations that are left alone: far more than there are servers behind the newest. */
    private static final int QUESTIONS_MAX = 7;

    /** @return null once they are in force; or why they are not */
    CompletionStage<@Nullable String> bringInForce(Session session) {
        List<FilterSpec> specs = Stream.concat(config.filters().stream(), Stream.of(kept))
                .map(filter -> FilterSpec.of(filter, Guarantee.AT_LEAST_ONCE))
                .toList();
        return session.subscribe(specs)
                .handle((refusals, failure) ->
                        failure == null ? refusalOf(refusals) : String.valueOf(failure.getMessage()));
    }

    private @Nullable String refusalOf(List<@Nullable Refusal> refusals) {
        return refusals.stream()
                .limit(config.filters().size())
                .filter(Objects::nonNull)
                .findFirst()
                .map(Refusal::toString)
                .orElse(null);
    }

    /** Not before the new ones are in force: what both match must not slip through between them. */
    void leaveOthers(Session session) {
        CompletionStage<?> left;
        try {
            left = session.subscriptions().thenCompose(found -> leave(session, found.orElse(List.of())));
        } catch (RuntimeException e) {
            left = CompletableFuture.failedFuture(e);
        }
        left.whenComplete((done, failure) -> {
            if (failure != null) {
                LOGGER.warn(
                        "bridge {}: the source may still queue what filters match that the bridge no longer has; it is"
                                + " asked again at the next start: {}",
                        config.name(),
                        failure.toString());
            }
        });
    }

    private CompletionStage<?> leave(Session session, List<Target> found) {
        boolean questionsToo = found.stream().filter(this::isOthersQuestion).count() > QUESTIONS_MAX;
        List<Target> others = found.stream()
                .filter(target -> !isOwn(target) && (questionsToo || !isOthersQuestion(target)))
                .toList();
        if (others.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return session.unsubscribe(others)
                .thenRun(() -> LOGGER.info(
                        "bridge {}: the source no longer queues what only its earlier filters match: {}",
                        config.name(),
                        others.stream().map(target -> target.filter().text()).toList()));
    }

    private boolean isOwn(Target target) {
        return target.shareGroup() == null
                && (target.filter().equals(kept) || config.filters().contains(target.filter()));
    }

    /** That of another configuration, of which a server that still has it is to hear an answer. */
    private boolean isOthersQuestion(Target target) {
        String own = kept.text();
        return target.shareGroup() == null
                && !target.filter().equals(kept)
                && target.filter().text().startsWith(own.substring(0, own.lastIndexOf('/') + 1));
    }
}
