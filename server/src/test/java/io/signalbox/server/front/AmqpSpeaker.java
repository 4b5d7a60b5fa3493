package io.signalbox.server.front;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.ClientOptions;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.DeliveryMode;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.SenderOptions;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.jspecify.annotations.Nullable;

/**
 * AMQP 1.0. What MQTT alone has stands for another way of AMQP's: at exactly once for a message on an anonymous relay, a
 * will for one that is settled there.
 */
final class AmqpSpeaker implements Speaker {
    private static final SenderOptions SETTLED = new SenderOptions().deliveryMode(DeliveryMode.AT_MOST_ONCE);

    private final int port;
    private final String user;
    private final Client client;
    private final List<String> payloads = new ArrayList<>();
    private @Nullable Connection connection;
    private @Nullable Receiver receiver;
    private String durable = "";

    AmqpSpeaker(int port, String user, String containerId) {
        this.port = port;
        this.user = user;
        client = Client.create(new ClientOptions().id(containerId));
    }

    @Override
    public boolean connect(Kind kind) throws Exception {
        ConnectionOptions options = new ConnectionOptions().user(user).password("pw");
        options.transportOptions().allowNativeIO(false);
        connection = client.connect("127.0.0.1", port, options);
        connection.openFuture().get(30, TimeUnit.SECONDS);
        return true;
    }

    private Connection connection() {
        return Objects.requireNonNull(connection);
    }

    @Override
    public boolean publish(Way way, String topic, String payload) throws Exception {
        Message<String> message = Message.create(payload);
        try {
            switch (way) {
                case AT_MOST_ONCE ->
                    open(connection().openSender(topic, SETTLED)).send(message);
                case AT_LEAST_ONCE -> settle(connection().openSender(topic), message);
                case RETAINED -> settle(connection().openSender(topic), message.property("sb-retain", "true"));
                case EXACTLY_ONCE -> settle(connection().openAnonymousSender(), message.to(topic));
                case LAST_WILL ->
                    open(connection().openAnonymousSender(SETTLED)).send(message.to(topic));
            }
        } catch (ClientException | ExecutionException e) {
            // refused at the link, or with it
        }
        settle(connection().openSender("open/fence"), Message.create(""));
        return false;
    }

    private static Sender open(Sender sender) throws Exception {
        sender.openFuture().get(30, TimeUnit.SECONDS);
        return sender;
    }

    private static void settle(Sender sender, Message<String> message) throws Exception {
        open(sender).send(message).awaitSettlement(30, TimeUnit.SECONDS);
    }

    @Override
    public boolean subscribe(Kind kind, String filter) throws Exception {
        try {
            receiver = receiver(kind, filter);
            receiver.openFuture().get(30, TimeUnit.SECONDS);
            durable = kind == Kind.DURABLE ? filter : "";
            return true;
        } catch (ClientException | ExecutionException e) {
            receiver = null;
            return false;
        }
    }

    private Receiver receiver(Kind kind, String filter) throws ClientException {
        if (kind == Kind.DURABLE) {
            return connection().openDurableReceiver(filter, "mine");
        }
        ReceiverOptions options = new ReceiverOptions();
        if (kind == Kind.SHARED) {
            options.linkName("team|1").sourceOptions().capabilities("shared");
        }
        return connection().openReceiver(filter, options);
    }

    @Override
    public void leave() {
        if (receiver != null && !durable.isEmpty()) {
            receiver.detach();
        }
        connection().close();
    }

    @Override
    public void comeBack() throws Exception {
        connect(Kind.DURABLE);
        subscribe(Kind.DURABLE, durable);
    }

    @Override
    public Collection<String> received() throws Exception {
        Receiver open = receiver;
        for (Delivery next = open == null ? null : open.tryReceive();
                open != null && next != null;
                next = open.tryReceive()) {
            Object body = next.message().body();
            payloads.add(body instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "" + body);
        }
        return payloads;
    }

    @Override
    public void close() {
        client.close();
    }
}
