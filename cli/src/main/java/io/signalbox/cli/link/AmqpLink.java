package io.signalbox.cli.link;

import io.signalbox.cli.link.LinkException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.ClientOptions;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.DeliveryMode;
import org.apache.qpid.protonj2.client.DurabilityMode;
import org.apache.qpid.protonj2.client.ExpiryPolicy;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.SenderOptions;
import org.apache.qpid.protonj2.client.Tracker;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.jspecify.annotations.Nullable;

/**
 * AMQP 1.0, through the client of Apache Qpid ProtonJ2. Its calls wait, so each kind of them has a thread of its own here:
 * one sends, one hears outcomes, one for each receiver. How many publishes may wait is the caller's to bound.
 */
public final class AmqpLink implements Link {
    private static final int CREDIT = 100;

    private final AmqpOptions options;
    private final LinkListener listener;
    private final Patience patience;
    private final @Nullable Consumer<Incoming> receiver;
    private final Client client;
    private final Connection connection;
    private final List<Receiver> receivers = new ArrayList<>();

    /** Owned by the thread that sends; by topic, at QoS 0 and at others. */
    private final Map<String, Sender> senders = new HashMap<>();

    private final ExecutorService sending = thread("signalbox-sending");
    private final ExecutorService outcomes = thread("signalbox-outcomes");
    private volatile boolean closing;

    private AmqpLink(
            AmqpOptions options,
            LinkListener listener,
            Patience patience,
            @Nullable Consumer<Incoming> receiver,
            Client client,
            Connection connection) {
        this.options = options;
        this.listener = listener;
        this.patience = patience;
        this.receiver = receiver;
        this.client = client;
        this.connection = connection;
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(Thread.ofVirtual().name(name).factory());
    }

    static AmqpLink open(
            AmqpOptions options, LinkListener listener, Patience patience, @Nullable Consumer<Incoming> receiver)
            throws LinkException {
        Client client = Client.create(new ClientOptions().id(options.containerId()));
        try {
            Connection connection = ask(options, patience, AmqpConnecting.to(client, options, listener));
            return new AmqpLink(options, listener, patience, receiver, client, connection);
        } catch (LinkException e) {
            // An answer that comes too late must not leave a connection behind.
            var unused = client.closeAsync();
            throw e;
        }
    }

    private static <T> T ask(AmqpOptions options, Patience patience, Callable<T> question) throws LinkException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception e) {
                answer.completeExceptionally(AmqpRefusals.of(e, options.address()));
            }
        });
        return Waiting.forAnswer(answer, options.address(), patience);
    }

    @Override
    public CompletableFuture<Void> publish(Outgoing message) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        sending.execute(() -> {
            try {
                Tracker tracker = sender(message).send(AmqpMessages.wire(message));
                if (message.qos() == 0) {
                    done.complete(null);
                } else {
                    outcomes.execute(() -> settle(tracker, done));
                }
            } catch (Exception e) {
                done.completeExceptionally(AmqpRefusals.of(e, options.address()));
            }
        });
        return done;
    }

    private Sender sender(Outgoing message) throws Exception {
        DeliveryMode mode = message.qos() == 0 ? DeliveryMode.AT_MOST_ONCE : DeliveryMode.AT_LEAST_ONCE;
        String key = mode + " " + message.topic();
        Sender known = senders.get(key);
        if (known != null) {
            return known;
        }
        Sender opened = connection.openSender(message.topic(), new SenderOptions().deliveryMode(mode));
        opened.openFuture().get();
        senders.put(key, opened);
        return opened;
    }

    private void settle(Tracker tracker, CompletableFuture<Void> done) {
        try {
            tracker.awaitSettlement();
            if (tracker.remoteState() != null && tracker.remoteState().isAccepted()) {
                done.complete(null);
            } else {
                done.completeExceptionally(AmqpRefusals.of(tracker.remoteState()));
            }
        } catch (ClientException e) {
            done.completeExceptionally(AmqpRefusals.of(e, options.address()));
        }
    }

    @Override
    public List<Integer> subscribe(Filters filters) throws LinkException {
        List<Integer> granted = new ArrayList<>();
        for (String filter : filters.filters()) {
            Receiver opened = ask(options, patience, () -> {
                Receiver link = connection.openReceiver(filter, receiverOptions(filter, filters));
                link.openFuture().get();
                return link;
            });
            receivers.add(opened);
            Thread.ofVirtual().name("signalbox-receiver").start(() -> receive(opened, filters.qos()));
            granted.add(filters.qos());
        }
        return granted;
    }

    private ReceiverOptions receiverOptions(String filter, Filters filters) {
        ReceiverOptions link = new ReceiverOptions()
                .autoAccept(false)
                .creditWindow(CREDIT)
                .deliveryMode(filters.qos() == 0 ? DeliveryMode.AT_MOST_ONCE : DeliveryMode.AT_LEAST_ONCE);
        if (options.durable()) {
            link.linkName(filter);
            link.sourceOptions().durabilityMode(DurabilityMode.UNSETTLED_STATE).expiryPolicy(ExpiryPolicy.NEVER);
        }
        if (!filters.userProperties().isEmpty()) {
            Map<String, Object> past = new HashMap<>();
            filters.userProperties().forEach(property -> past.put(property.name(), property.value()));
            link.sourceOptions().filters(past);
        }
        return link;
    }

    private void receive(Receiver from, int qos) {
        try {
            while (!closing) {
                Delivery delivery = from.receive();
                if (delivery != null) {
                    hand(AmqpMessages.incoming(delivery.message(), from.address(), () -> accept(delivery, qos)));
                }
            }
        } catch (ClientException | RuntimeException e) {
            end(AmqpRefusals.of(e, options.address()));
        }
    }

    /** Several receivers, one after the other. */
    private synchronized void hand(Incoming message) {
        if (receiver != null) {
            receiver.accept(message);
        }
    }

    private void accept(Delivery delivery, int qos) {
        if (qos > 0) {
            try {
                delivery.accept();
            } catch (ClientException e) {
                end(AmqpRefusals.of(e, options.address()));
            }
        }
    }

    private void end(Throwable reason) {
        if (!closing) {
            listener.ended(
                    reason instanceof LinkException known
                            ? known
                            : new LinkException(Kind.REFUSED, String.valueOf(reason.getMessage())));
        }
    }

    @Override
    public CompletableFuture<Incoming> request(Outgoing question, Duration wait) {
        CompletableFuture<Incoming> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Receiver replies = connection.openDynamicReceiver()) {
                replies.openFuture().get();
                byte[] given = question.properties().correlation();
                byte[] correlation =
                        given != null ? given : UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
                Outgoing asked =
                        question.withProperties(question.properties().withReply(replies.address(), correlation));
                publish(asked).get();
                answer.complete(reply(replies, correlation, wait));
            } catch (Exception e) {
                answer.completeExceptionally(AmqpRefusals.of(e, options.address()));
            }
        });
        return answer;
    }

    /** The first with this correlation, or with none. */
    private static Incoming reply(Receiver replies, byte[] correlation, Duration wait) throws Exception {
        long until = System.nanoTime() + wait.toNanos();
        while (true) {
            Delivery delivery = replies.receive(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (delivery == null) {
                throw new LinkException(Kind.TIMED_OUT, "nobody answered in the time given with -W");
            }
            Message<?> message = delivery.message();
            if (message.correlationId() == null
                    || Arrays.equals(AmqpMessages.bytes(message.correlationId()), correlation)) {
                return AmqpMessages.incoming(message, replies.address(), () -> {});
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        if (options.durable()) {
            receivers.forEach(each -> Waiting.briefly(each.detachAsync()));
        }
        Waiting.briefly(connection.closeAsync());
        Waiting.briefly(client.closeAsync());
        sending.shutdownNow();
        outcomes.shutdownNow();
    }
}
