package io.signalbox.client.fake;

import io.signalbox.client.connection.Goodbye;
import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkEvents;
import io.signalbox.client.connection.LinkException;
import io.signalbox.client.connection.LinkLoss;
import io.signalbox.client.connection.LinkOpener;
import io.signalbox.client.connection.WireFilter;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Remembers what it was sent, in order, and what it was subscribed to. Thread safe. */
public final class FakeServer implements LinkOpener {
    /** What it says to a publish. */
    public sealed interface Verdict {
        record Taken(boolean subscribers) implements Verdict {}

        record Refused(Refusal refusal, boolean again) implements Verdict {}

        record Silent() implements Verdict {}
    }

    public static final Verdict TAKEN = new Verdict.Taken(true);

    private final List<Message> published = new ArrayList<>();
    private final List<List<WireFilter>> subscribes = new ArrayList<>();
    private final List<List<String>> unsubscribes = new ArrayList<>();
    private final Map<String, WireFilter> session = new LinkedHashMap<>();
    private final List<FakeSettling> settlings = new ArrayList<>();
    private Function<Message, Verdict> policy = message -> TAKEN;
    private Function<WireFilter, @Nullable Refusal> grants = filter -> null;
    private CompletableFuture<Boolean> opening = CompletableFuture.completedFuture(true);
    private final List<Goodbye> goodbyes = new ArrayList<>();
    private @Nullable RuntimeException fault;
    private LinkLoss absence = LinkLoss.of("not there");
    private boolean up;
    private boolean hasSession;
    private int attempts;
    private int receiveMaximum = 1_000;
    private int credit = 65_535;
    private @Nullable FakeLink link;

    public synchronized FakeServer up() {
        up = true;
        return this;
    }

    /** Connections end, and new ones fail like this. */
    public FakeServer down(LinkLoss loss) {
        synchronized (this) {
            up = false;
            absence = loss;
        }
        cut(loss);
        return this;
    }

    /** The connection ends; the next may come. */
    public void cut(LinkLoss loss) {
        FakeLink last;
        synchronized (this) {
            last = link;
            link = null;
        }
        if (last != null) {
            last.end(loss);
        }
    }

    public synchronized void answer(Function<Message, Verdict> value) {
        policy = value;
    }

    /** Who is refused as BUSY may ask again. */
    public synchronized void grant(Function<WireFilter, @Nullable Refusal> value) {
        grants = value;
    }

    public synchronized void receiveMaximum(int value) {
        receiveMaximum = value;
    }

    /** Of the client, from its next connection on: so many deliveries of one connection may be unacknowledged; the next wait. */
    public synchronized void credit(int value) {
        credit = value;
    }

    public synchronized void forgetSession() {
        hasSession = false;
        session.clear();
    }

    public synchronized int attempts() {
        return attempts;
    }

    public synchronized List<Message> published() {
        return List.copyOf(published);
    }

    public List<String> payloads() {
        return published().stream().map(Message::payloadText).toList();
    }

    public synchronized List<List<WireFilter>> subscribes() {
        return List.copyOf(subscribes);
    }

    public synchronized List<List<String>> unsubscribes() {
        return List.copyOf(unsubscribes);
    }

    /** The filters it has now. */
    public synchronized List<String> session() {
        return List.copyOf(session.keySet());
    }

    public synchronized List<Goodbye> goodbyes() {
        return List.copyOf(goodbyes);
    }

    /** The next connections are made when that is run. */
    public synchronized Runnable delayOpening() {
        CompletableFuture<Boolean> delayed = new CompletableFuture<>();
        opening = delayed;
        return () -> delayed.complete(true);
    }

    /** What is asked for in vain next comes to nothing in this way. */
    public synchronized void fault(RuntimeException value) {
        fault = value;
    }

    public synchronized List<FakeSettling> settlings() {
        return List.copyOf(settlings);
    }

    /** As it comes from the server, whether it was subscribed to or not. */
    public FakeSettling deliver(Message message) {
        return deliver(message, 0);
    }

    /** @param sequence that the server tells; 0: none */
    public FakeSettling deliver(Message message, long sequence) {
        FakeLink current;
        FakeSettling settling;
        synchronized (this) {
            current = link;
            if (current == null) {
                throw new IllegalStateException("nobody is connected");
            }
            settling = new FakeSettling(current);
            settlings.add(settling);
        }
        current.deliveries.add(message, sequence, settling);
        return settling;
    }

    @Override
    public CompletionStage<Link> open(LinkEvents events) {
        synchronized (this) {
            attempts++;
            if (fault != null) {
                RuntimeException thrown = fault;
                fault = null;
                throw thrown;
            }
            if (up) {
                FakeLink made = new FakeLink(events, hasSession);
                link = made;
                hasSession = true;
                return opening.thenApply(now -> made);
            }
        }
        return CompletableFuture.failedStage(new LinkException(absence, new IllegalStateException("not there")));
    }

    private synchronized Verdict take(Message message) {
        published.add(message);
        return policy.apply(message);
    }

    private synchronized @Nullable Refusal subscribe(WireFilter filter) {
        Refusal refusal = grants.apply(filter);
        if (refusal == null) {
            session.put(filter.filter(), filter);
        }
        return refusal;
    }

    private synchronized boolean isSubscribed(Message message) {
        return session.keySet().stream()
                .anyMatch(filter -> TopicFilter.ofMqtt(filter).matches(message.topic()));
    }

    /** How the client ended with a message. Its acknowledgement leaves behind those of all that came before it. */
    public static final class FakeSettling implements LinkEvents.Settling {
        private final FakeLink by;
        private volatile String outcome = "";
        private volatile boolean acknowledged;

        private FakeSettling(FakeLink by) {
            this.by = by;
        }

        /** Empty: not settled. */
        public String outcome() {
            return outcome;
        }

        void acknowledge() {
            acknowledged = true;
        }

        /** The server knows. */
        public boolean acknowledged() {
            return acknowledged;
        }

        @Override
        public void accept() {
            settle("accepted");
        }

        @Override
        public void reject(boolean unreadable, String detail) {
            settle((unreadable ? "unreadable: " : "rejected: ") + detail);
        }

        private void settle(String how) {
            if (by.alive && outcome.isEmpty()) {
                outcome = how;
                by.settled();
            }
        }

        @Override
        public boolean alive() {
            return by.alive;
        }
    }

    private final class FakeLink implements Link {
        final LinkEvents events;
        private final boolean sessionPresent;
        volatile boolean alive = true;
        final Deliveries deliveries;

        FakeLink(LinkEvents events, boolean sessionPresent) {
            this.events = events;
            this.sessionPresent = sessionPresent;
            deliveries = new Deliveries(events, credit);
        }

        void settled() {
            deliveries.settled();
        }

        void end(LinkLoss loss) {
            alive = false;
            events.lost(loss);
        }

        @Override
        public void publish(Message message, long nowMillis, Answer answer) {
            if (!alive) {
                return;
            }
            switch (take(message)) {
                case Verdict.Taken taken -> answer.taken(taken.subscribers() || isSubscribed(message));
                case Verdict.Refused refused -> answer.refused(refused.refusal(), refused.again());
                case Verdict.Silent silent -> {
                    // As when the connection is about to be lost.
                }
            }
        }

        @Override
        public CompletionStage<List<@Nullable Denied>> subscribe(List<WireFilter> filters) {
            synchronized (FakeServer.this) {
                subscribes.add(filters);
            }
            List<@Nullable Denied> answers = new ArrayList<>();
            for (WireFilter filter : filters) {
                Refusal why = FakeServer.this.subscribe(filter);
                answers.add(why == null ? null : new Denied(why, why.reason() == ReasonCode.BUSY));
            }
            return CompletableFuture.completedStage(answers);
        }

        @Override
        public CompletionStage<?> unsubscribe(List<String> filters) {
            synchronized (FakeServer.this) {
                unsubscribes.add(filters);
                filters.forEach(session::remove);
            }
            return CompletableFuture.completedStage(null);
        }

        @Override
        public boolean sessionPresent() {
            return sessionPresent;
        }

        @Override
        public int receiveMaximum() {
            return receiveMaximum;
        }

        @Override
        public CompletionStage<?> disconnect(Goodbye goodbye) {
            alive = false;
            synchronized (FakeServer.this) {
                goodbyes.add(goodbye);
            }
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void abandon() {
            alive = false;
        }
    }
}
