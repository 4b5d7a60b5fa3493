package io.signalbox.transports.redis;

import io.signalbox.error.SignalboxException;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transports.delivery.Remembered;
import java.nio.BufferUnderflowException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that are attached to this node. Whatever touches them on the server runs on the worker, in the order it
 * was asked; the map is for any thread.
 */
final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final RedisTransport transport;
    private final String node;
    private final Endings endings;
    private final Pump pump;
    private final Subscribing subscribing;
    private final AtomicLong owners = new AtomicLong();
    private final Map<String, RedisSession> attached = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Sessions(RedisTransport transport, String node) {
        this.transport = transport;
        this.node = node;
        endings = new Endings(transport.config(), transport.time());
        pump = new Pump(this, transport);
        subscribing = new Subscribing(this, transport);
    }

    Pump pump() {
        return pump;
    }

    Subscribing subscribing() {
        return subscribing;
    }

    Endings endings() {
        return endings;
    }

    Collection<RedisSession> all() {
        return attached.values();
    }

    boolean has(RedisSession session) {
        return attached.get(session.name()) == session;
    }

    /** In the worker's turn, after everything that ended before. */
    <T> CompletableFuture<T> ask(Worker.Work<T> work, java.util.function.Consumer<T> before) {
        return transport
                .worker()
                .ask(
                        link -> {
                            endings.write(link);
                            return work.run(link);
                        },
                        before);
    }

    private <T> T await(java.util.concurrent.Future<T> answer) throws InterruptedException, TimeoutException {
        return Failures.get(answer, transport.config().publish().confirmWait().toMillis());
    }

    // Opening and ending

    CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        String token = node + "/" + owners.incrementAndGet();
        RedisSession session = new RedisSession(transport, this, options, token, lane, subscriber);
        CompletableFuture<Session> opened = new CompletableFuture<>();
        ask(
                        link -> {
                            if (closed) {
                                throw Worker.closed();
                            }
                            RedisSession before = attached.remove(options.name());
                            if (before != null) {
                                end(before, DetachReason.TAKEN_OVER);
                                endings.write(link);
                            }
                            open(link, session, options.cleanStart());
                            return true;
                        },
                        done -> {
                            attached.put(options.name(), session);
                            opened.complete(session);
                            session.mailbox().start();
                            session.askPump();
                        })
                .exceptionally(failure -> {
                    opened.completeExceptionally(failure);
                    return false;
                });
        return opened;
    }

    /** On the worker: it is somebody else's, or nobody's, from now on. */
    private void end(RedisSession session, DetachReason reason) {
        session.mailbox().seize(reason);
        endings.add(session);
    }

    private void open(Link link, RedisSession session, boolean clean) throws InterruptedException, TimeoutException {
        SessionOptions options = session.options();
        List<Object> answer = await(link.run(
                Script.OPEN,
                new Arguments()
                        .add(options.name())
                        .add(session.token())
                        .add(node)
                        .add(transport.time().argument())
                        .add(clean)
                        .add(millis(options.expiry()))
                        .add(transport.config().retention().deadLettersMax())
                        .add(options.queueMessagesMax())
                        .add(options.queueBytesMax())
                        .add(options.overflow().name())));
        session.resumed(Reply.number(answer.get(0)) == 1);
        List<FilterSpec> found = new ArrayList<>();
        Reply.map(answer.get(1)).forEach((field, text) -> found.add(SubscriptionText.read(field, text)));
        session.subscribed(found);
        Map<Object, Remembered> left = new HashMap<>();
        Reply.map(answer.get(2)).forEach((id, text) -> left.put(new Claim(Keys.own(options.name()), id), note(text)));
        session.mailbox().remember(left);
        session.dropped(Reply.number(answer.get(3)));
        session.surplus = Reply.number(answer.get(4)) == 1;
    }

    private static Remembered note(String text) {
        String[] parts = text.split(" ", 2);
        return new Remembered(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), true);
    }

    private static long millis(Duration expiry) {
        return expiry.compareTo(SessionOptions.NEVER) >= 0 ? -1 : expiry.toMillis();
    }

    void detach(RedisSession session) {
        if (!session.mailbox().attached()) {
            return;
        }
        session.mailbox().detach();
        attached.remove(session.name(), session);
        transport.worker().execute(() -> {
            endings.add(session);
            transport.worker().tried("the end of " + session.name(), this::writeEndings);
        });
    }

    private boolean writeEndings(Link link) throws InterruptedException, TimeoutException {
        endings.write(link);
        return true;
    }

    CompletionStage<Void> remove(RedisSession session) {
        session.mailbox().detach();
        attached.remove(session.name(), session);
        return ask(
                        link -> await(link.run(
                                Script.REMOVE,
                                new Arguments()
                                        .add(session.name())
                                        .add(session.token())
                                        .addCounted(session.sharedInHand()))),
                        done -> {})
                .thenApply(done -> null);
    }

    /** How many the server's queue of it had no room for. Not in the worker's turn, which it would hold up. Any thread. */
    CompletionStage<Long> dropped(RedisSession session) {
        Link link = transport.link();
        if (link == null) {
            return CompletableFuture.failedFuture(Links.away("there is no connection", null));
        }
        try {
            return link.run(Script.DROPPED, new Arguments().add(session.name()))
                    .thenApply(answer -> Reply.number(answer.getFirst()));
        } catch (RuntimeException e) { // it is just being closed
            return CompletableFuture.failedFuture(e);
        }
    }

    void expiry(RedisSession session, Duration expiry) {
        ask(
                link -> await(link.run(
                        Script.EXPIRY,
                        new Arguments().add(session.name()).add(session.token()).add(millis(expiry)))),
                done -> LOG.debug("another expiry for {}", session.name()));
    }

    // From the server

    /** Those that read one of these queues. */
    void wake(Collection<String> queues) {
        for (String queue : queues) {
            if (Keys.isShared(queue)) {
                attached.values().stream()
                        .filter(session -> session.sharedQueues().contains(queue))
                        .forEach(RedisSession::askPump);
            } else {
                RedisSession owner = attached.get(queue.substring(Math.min(2, queue.length())));
                if (owner != null) {
                    owner.askPump();
                }
            }
        }
    }

    /** A message that need not arrive, for these sessions. */
    void light(String names, java.nio.ByteBuffer packed) {
        EntryFields.Content content;
        try {
            content = EntryFields.read(EntryFields.unpack(packed));
        } catch (SignalboxException | IllegalArgumentException | BufferUnderflowException e) {
            LOG.debug("a message by Pub/Sub that is none: {}", e.getMessage());
            return;
        }
        for (String name : names.split("\0", -1)) {
            RedisSession session = attached.get(name);
            if (session != null) {
                session.handLight(content);
            }
        }
    }

    /** Another node has it now. */
    void takenOver(String token) {
        attached.values().stream()
                .filter(session -> session.token().equals(token))
                .findFirst()
                .ifPresent(this::lost);
    }

    private void lost(RedisSession session) {
        transport.worker().execute(() -> {
            if (attached.remove(session.name(), session)) {
                end(session, DetachReason.TAKEN_OVER);
                transport.worker().tried("the end of " + session.name(), this::writeEndings);
            }
        });
    }

    // When it is not known whose it is

    /** The connection is new: who has been taken over meanwhile, and is anything left that was there before? */
    void reconnected() {
        transport.worker().execute(() -> {
            transport.worker().tried("writing what has ended", this::writeEndings);
            attached.values().forEach(session -> {
                session.takenUnknown = true;
                ownerUnsure(session);
            });
        });
    }

    /** On the worker. */
    void ownerUnsure(RedisSession session) {
        transport
                .worker()
                .execute(() -> transport.worker().tried("looking for the owner of " + session.name(), link -> {
                    if (has(session)) {
                        String owner = Reply.text(await(link.run(Script.OWNER, new Arguments().add(session.name())))
                                .getFirst());
                        settle(link, session, owner);
                    }
                    return session;
                }));
    }

    private void settle(Link link, RedisSession session, String owner) throws InterruptedException, TimeoutException {
        if (owner.isEmpty()) {
            // Redis came back without it, or took this node for dead.
            LOG.warn("session {} was nobody's at the server and is opened again", session.name());
            List<FilterSpec> before = session.filters().all();
            boolean resumed = session.resumed();
            open(link, session, false);
            session.resumed(resumed);
            session.cursor = "";
            session.takenUnknown = true;
            subscribing.again(link, session, before);
        } else if (!owner.equals(session.token())) {
            lost(session);
            return;
        }
        session.askPump();
    }

    // Time

    /** Any thread, every now and then. */
    void tick() {
        attached.values().forEach(RedisSession::tick);
    }

    /** On the worker: what is settled and did not go with a turn. @param everybody looks into its queues */
    void poll(boolean everybody) {
        for (RedisSession session : attached.values()) {
            boolean moreWaits = session.takeMoreWaits();
            if (everybody || moreWaits || !session.settlements().isEmpty() || session.takenUnknown || session.surplus) {
                session.askPump();
            }
        }
        if (!endings.isEmpty()) {
            transport.worker().tried("writing what has ended", this::writeEndings);
        }
    }

    /** Detaches everybody. */
    void close(boolean tell) {
        closed = true;
        for (RedisSession session : List.copyOf(attached.values())) {
            if (tell) {
                transport.worker().execute(() -> {
                    if (attached.remove(session.name(), session)) {
                        end(session, DetachReason.SHUTTING_DOWN);
                        transport.worker().tried("the end of " + session.name(), this::writeEndings);
                    }
                });
            } else {
                session.mailbox().detach();
                attached.remove(session.name(), session);
            }
        }
    }
}
