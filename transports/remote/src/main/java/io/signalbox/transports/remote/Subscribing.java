package io.signalbox.transports.remote;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session.Target;
import io.signalbox.transport.StartPosition;
import io.signalbox.transports.delivery.Subscriptions;
import io.signalbox.transports.remote.wire.WireLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for subscriptions, and remembers those that it made, for a server that has lost its session. Blocks. */
final class Subscribing {
    private static final Logger LOG = LoggerFactory.getLogger(Subscribing.class);

    private final Duration patience;
    private final Map<Target, FilterSpec> made = new LinkedHashMap<>();

    Subscribing(Duration patience) {
        this.patience = patience;
    }

    /** All at once; each has an answer of its own. */
    List<@Nullable Refusal> subscribe(WireLink link, List<FilterSpec> specs) {
        List<CompletionStage<@Nullable Refusal>> asked =
                specs.stream().map(link::subscribe).toList();
        List<@Nullable Refusal> answers = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            Refusal refusal = answer(asked.get(i));
            answers.add(refusal);
            if (refusal == null) {
                synchronized (made) {
                    made.put(Subscriptions.target(specs.get(i)), specs.get(i));
                }
            }
        }
        return answers;
    }

    /** @return whether each was there */
    List<Boolean> unsubscribe(WireLink link, List<Target> targets) {
        List<CompletionStage<Boolean>> asked =
                targets.stream().map(link::unsubscribe).toList();
        List<Boolean> answers = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            answers.add(answer(asked.get(i)));
            synchronized (made) {
                made.remove(targets.get(i));
            }
        }
        return answers;
    }

    /** The server has forgotten the session: whoever subscribed is subscribed again, from now on. */
    void again(WireLink link, String session, String place) {
        List<FilterSpec> all;
        synchronized (made) {
            all = List.copyOf(made.values());
        }
        LOG.warn(
                "the server at {} had no session '{}' any more: what it had for it is lost; {} subscriptions are made"
                        + " again",
                place,
                session,
                all.size());
        for (FilterSpec spec : all) {
            Refusal refusal = answer(link.subscribe(fromNowOn(spec)));
            if (refusal != null) {
                LOG.error("session '{}' is not subscribed to {} any more: {}", session, spec.filter(), refusal);
            }
        }
    }

    private static FilterSpec fromNowOn(FilterSpec spec) {
        return new FilterSpec(
                spec.filter(),
                spec.shareGroup(),
                spec.guarantee(),
                spec.subscriptionId(),
                spec.noLocal(),
                spec.retainAsPublished(),
                FilterSpec.RetainedDelivery.NONE,
                StartPosition.NEW,
                0);
    }

    private <T extends @Nullable Object> T answer(CompletionStage<T> question) {
        try {
            return question.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SignalboxException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new SignalboxException(
                    ReasonCode.BUSY, "the remote server did not answer within " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SignalboxException(ReasonCode.CLOSED, "interrupted", e);
        }
    }
}
