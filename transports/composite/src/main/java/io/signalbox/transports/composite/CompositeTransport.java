package io.signalbox.transports.composite;

import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Admission;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Guarantees;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.merge.MergedSession;
import io.signalbox.transports.composite.strategy.Outlet;
import io.signalbox.transports.composite.strategy.Roster;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Several transports that are one. A publish goes to members as its strategy says and to the archives that want it; a
 * session is open at every member, and copies of one message are offered once.
 */
public final class CompositeTransport implements Transport {
    private final CompositeConfig config;
    private final Admission admission;
    private final Gate gate = new Gate();
    private final Roster roster;
    private final Publishing publishing;
    private final Sessions sessions;
    private final List<Outlet> outlets;
    private final Pulse pulse;

    public CompositeTransport(CompositeConfig config, TimeSource time) {
        this.config = config;
        admission = new Admission(config.name(), capabilities());
        roster = new Roster(config.members().stream().map(Member::name).toList());
        publishing = new Publishing(config, admission, gate, roster, time);
        sessions = new Sessions(config, admission, time, this::publishAs);
        outlets = config.members().stream()
                .<Outlet>map(member -> member.transport()::publish)
                .toList();
        pulse = new Pulse(config.name(), this::beat);
        beat();
        pulse.start();
    }

    private void beat() {
        for (int i = 0; i < config.members().size(); i++) {
            roster.health(i, config.members().get(i).transport().health());
        }
        publishing.tick(System.nanoTime());
        sessions.retryMissing();
    }

    @Override
    public String name() {
        return config.name();
    }

    /** Of the members as they are now: what one of them promises may change when its connection does. */
    @Override
    public Capabilities capabilities() {
        return Together.of(config);
    }

    @Override
    public Health health() {
        return gate.closed() ? new Health(Health.Status.DOWN, "closed") : CompositeHealth.of(config);
    }

    /** What holds for every message, whichever strategy it meets; {@link #explain} says it of one. */
    @Override
    public Guarantees guarantees() {
        return CompositeGuarantees.of(config);
    }

    /** What a message of this topic is promised, by the strategy that its topic has. */
    public Explanation explain(Topic topic) {
        return Explanation.of(config, Message.to(topic).build());
    }

    /** What each member took and refused so far. */
    public List<MemberCount> counts() {
        return IntStream.range(0, config.members().size())
                .mapToObj(i -> new MemberCount(roster.names().get(i), roster.acceptedCount(i), roster.refusedCount(i)))
                .toList();
    }

    /** Messages that best-effort archives refused so far. */
    public long unarchivedCount() {
        return publishing.unarchivedCount();
    }

    /** @param refused or not answered in time */
    public record MemberCount(String member, long accepted, long refused) {}

    @Override
    public void publish(Message message, PublishCallback callback, long context) {
        publishing.publish(message, 0, outlets, callback, context);
    }

    /** Through the members' sessions, which is what no-local goes by; a strategy may go on from another thread. */
    private void publishAs(MergedSession session, Message message, int tag, PublishCallback callback, long context) {
        Outlet[] ways = new Outlet[outlets.size()];
        for (int i = 0; i < ways.length; i++) {
            Session member = session.member(i);
            Outlet outlet = outlets.get(i);
            ways[i] = member == null
                    ? outlet
                    : (m, answer, number) -> {
                        if (session.lane().inLane()) {
                            member.publish(m, 0, answer, number);
                            return;
                        }
                        try {
                            session.lane().execute(() -> member.publish(m, 0, answer, number));
                        } catch (RejectedExecutionException gone) {
                            // The session is over; its message is not.
                            outlet.publish(m, answer, number);
                        }
                    };
        }
        publishing.publish(message, tag, List.of(ways), callback, context);
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        Refusal refusal = gate.closed() ? Gate.CLOSED : admission.refuse(options);
        return refusal != null
                ? CompletableFuture.failedFuture(refusal.toException())
                : sessions.open(options, lane, subscriber);
    }

    /** Refused: the members' logs are not one. Read a member instead. */
    @Override
    public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
        Refusal refusal = gate.closed() ? Gate.CLOSED : admission.missing(Feature.REPLAY);
        return CompletableFuture.failedFuture((refusal == null ? Gate.CLOSED : refusal).toException());
    }

    @Override
    public void close() {
        if (!gate.close(config.answerTimeout())) {
            return;
        }
        pulse.stop();
        publishing.expireAll();
        config.members().forEach(member -> member.transport().close());
        config.archives().forEach(Archive::close);
    }
}
