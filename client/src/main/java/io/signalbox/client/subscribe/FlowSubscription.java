package io.signalbox.client.subscribe;

import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reactive Streams' rules around a subscription: nothing before it is requested, nothing after it is over. */
final class FlowSubscription<T> implements Flow.Subscription {
    private final Flow.Subscriber<? super Received<T>> subscriber;
    private @Nullable LocalSubscription local;
    private long early;
    private boolean over;
    private @Nullable IllegalArgumentException badRequest;

    private FlowSubscription(Flow.Subscriber<? super Received<T>> subscriber) {
        this.subscriber = subscriber;
    }

    static <T> void start(
            Typed typed, SubscribeOptions options, Class<T> type, Flow.Subscriber<? super Received<T>> subscriber) {
        FlowSubscription<T> flow = new FlowSubscription<>(subscriber);
        subscriber.onSubscribe(flow);
        LocalSubscription local;
        try {
            local = typed.waiting(options, type, flow::next);
        } catch (RuntimeException e) { // Never out of subscribe (Reactive Streams, 1.9).
            flow.end(e);
            return;
        }
        flow.attach(local);
        // Only when nothing is being handed out, and nothing will be (Reactive Streams, 1.3).
        local.ended().whenComplete((ended, failure) -> flow.end(failure));
    }

    private void attach(LocalSubscription made) {
        long requested;
        boolean ended;
        synchronized (this) {
            local = made;
            requested = early;
            ended = over;
        }
        if (ended) {
            made.close();
        } else if (requested > 0) {
            made.request(requested);
        }
    }

    private void next(Received<T> received) {
        boolean late;
        synchronized (this) {
            late = over;
        }
        if (late) {
            received.accept();
        } else {
            subscriber.onNext(received);
        }
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            synchronized (this) {
                badRequest = over
                        ? badRequest
                        : new IllegalArgumentException(
                                count + " messages requested; it must be above zero (Reactive Streams, 3.9)");
            }
            cancel();
            return;
        }
        LocalSubscription made;
        synchronized (this) {
            made = local;
            early += made == null ? count : 0;
        }
        if (made != null) {
            made.request(count);
        }
    }

    @Override
    public void cancel() {
        LocalSubscription made;
        synchronized (this) {
            over = true;
            made = local;
        }
        if (made != null) {
            made.close();
        }
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void end(@Nullable Throwable failure) {
        Throwable why;
        boolean cancelled;
        synchronized (this) {
            cancelled = over && badRequest == null;
            over = true;
            why = badRequest == null ? cause(failure) : badRequest;
        }
        if (cancelled) {
            return;
        }
        if (why == null) {
            subscriber.onComplete();
        } else {
            subscriber.onError(why);
        }
    }
}
