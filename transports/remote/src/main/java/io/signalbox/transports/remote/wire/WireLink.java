package io.signalbox.transports.remote.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One established connection. What publishes and settles is called on the loop; the others on any thread. Settles in any
 * order, which MQTT forbids to clients (MQTT 5, 4.6) and the servers agreed on.
 */
public final class WireLink {
    private static final Logger LOG = LoggerFactory.getLogger(WireLink.class);
    private static final int GOODBYE_MILLIS = 5_000;
    private static final int DETAIL_CHARS_MAX = 200;

    private final Channel channel;
    private final Granted granted;
    private final PacketIds<Answer> publishes = new PacketIds<>();
    private final PacketIds<CompletableFuture<MqttMessage>> questions = new PacketIds<>();

    /** Settled and not written yet. */
    private final List<MqttMessage> settled = new ArrayList<>();

    private @Nullable WireClosedException ended;

    WireLink(Channel channel, Granted granted) {
        this.channel = channel;
        this.granted = granted;
    }

    public Granted granted() {
        return granted;
    }

    public Executor loop() {
        return channel.eventLoop();
    }

    /** Why no connection can carry it; null: this one may. */
    public static @Nullable Refusal refuse(Message message) {
        return PublishForm.tooLong(message);
    }

    /** More may be written and sent without piling up here. */
    public boolean takesMore() {
        return publishes.size() < granted.receiveMaximum() && channel.isWritable();
    }

    /**
     * At least once; goes with the next {@link #flush}.
     *
     * @param ownKey for a message that brings neither an idempotency key nor an id; null: none
     * @param again it may have been taken from an earlier connection
     */
    public void publish(Message message, @Nullable String ownKey, boolean again, long nowMillis, Answer answer) {
        PublishForm form = PublishForm.of(message, ownKey, nowMillis);
        Refusal refusal = form.refuse(granted.packetBytesMax());
        if (refusal != null) {
            answer.refused(refusal);
            return;
        }
        ChannelFuture unused = channel.write(form.packet(publishes.take(answer), again));
    }

    /** At most once: done when it is written. */
    public void publishLight(Message message, long nowMillis, Answer answer) {
        PublishForm form = PublishForm.of(message, null, nowMillis);
        Refusal refusal = form.refuse(granted.packetBytesMax());
        if (refusal != null) {
            answer.refused(refusal);
            return;
        }
        channel.write(form.packet(0, false)).addListener(written -> {
            if (written.isSuccess()) {
                answer.taken(new Receipt(Receipt.Outcome.ROUTED, io.signalbox.transport.Durability.NONE, 0));
            }
        });
    }

    public void flush() {
        channel.flush();
    }

    /** Any thread. */
    public void accept(int packetId) {
        settle(packetId, 0, null);
    }

    /** To the server's dead letters. Any thread. @param unreadable the payload is not what it says it is */
    public void reject(int packetId, boolean unreadable, String detail) {
        settle(packetId, unreadable ? Codes.PAYLOAD_FORMAT_INVALID : Codes.UNSPECIFIED, detail);
    }

    private void settle(int packetId, int code, @Nullable String detail) {
        MqttProperties properties = MqttProperties.NO_PROPERTIES;
        if (detail != null) {
            properties = new MqttProperties();
            properties.add(new MqttProperties.StringProperty(
                    Properties.REASON_STRING, detail.substring(0, Math.min(detail.length(), DETAIL_CHARS_MAX))));
        }
        MqttMessage ack = new MqttMessage(
                new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
                new MqttPubReplyMessageVariableHeader(packetId, (byte) code, properties));
        boolean first;
        synchronized (settled) {
            first = settled.isEmpty();
            settled.add(ack);
        }
        if (first) {
            onLoop(this::writeSettled);
        }
    }

    /** The loop ends with its transport, and with it every connection. */
    private void onLoop(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException closed) {
            LOG.debug("the transport is closed", closed);
        }
    }

    private void writeSettled() {
        List<MqttMessage> acks;
        synchronized (settled) {
            acks = new ArrayList<>(settled);
            settled.clear();
        }
        acks.forEach(channel::write);
        channel.flush();
    }

    /** @return completes with null, or why it was refused; fails when the connection is lost */
    public CompletionStage<@Nullable Refusal> subscribe(FilterSpec spec) {
        return ask(id -> SubscribeForm.packet(spec, id)).thenApply(Suback::refusal);
    }

    /** @return completes with whether it was there; fails when the connection is lost */
    public CompletionStage<Boolean> unsubscribe(Target target) {
        return ask(id -> MqttMessageBuilders.unsubscribe()
                        .messageId(id)
                        .properties(MqttProperties.NO_PROPERTIES)
                        .addTopicFilter(SubscribeForm.filter(target))
                        .build())
                .thenApply(Suback::wasThere);
    }

    private interface Question {
        MqttMessage packet(int id);
    }

    private CompletableFuture<MqttMessage> ask(Question question) {
        CompletableFuture<MqttMessage> answer = new CompletableFuture<>();
        onLoop(() -> {
            if (ended != null) {
                answer.completeExceptionally(ended);
                return;
            }
            ChannelFuture unused = channel.writeAndFlush(question.packet(questions.take(answer)));
        });
        return answer;
    }

    /**
     * Says goodbye. What was settled before goes first.
     *
     * @param expiry how long the server keeps the session; null: as long as was said at the beginning
     * @return completes when the server has closed the connection, or did not in time
     */
    public CompletionStage<Void> disconnect(@Nullable Duration expiry) {
        MqttProperties properties = new MqttProperties();
        if (expiry != null) {
            properties.add(new IntegerProperty(Properties.SESSION_EXPIRY, ConnectRequest.seconds(expiry)));
        }
        return end(() -> channel.writeAndFlush(new MqttMessage(
                new MqttFixedHeader(MqttMessageType.DISCONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0),
                new MqttReasonCodeAndPropertiesVariableHeader((byte) 0, properties))));
    }

    /** Ends it without a word, as a client that is lost does. Likewise. */
    public CompletionStage<Void> abandon() {
        return end(() -> {
            // Not a close: what the server still sends would be answered with a reset, and what was settled lost.
            if (channel instanceof DuplexChannel socket) {
                ChannelFuture unused = socket.shutdownOutput();
            } else {
                ChannelFuture unused = channel.close();
            }
        });
    }

    /** It does not answer as it should: it is closed. Any thread. */
    public void fail(String why) {
        onLoop(() -> channel.pipeline().fireExceptionCaught(new TimeoutException(why)));
    }

    private CompletionStage<Void> end(Runnable word) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        channel.closeFuture().addListener(closed -> done.complete(null));
        onLoop(() -> {
            writeSettled();
            word.run();
            var unused = channel.eventLoop().schedule(() -> channel.close(), GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
        });
        return done;
    }

    // From the channel, on the loop

    void acknowledged(int id, int code, MqttProperties properties) {
        Answer answer = publishes.free(id);
        if (answer == null) {
            return;
        }
        if (code < Codes.FAILURE_MIN) {
            answer.taken(Receipts.read(code, properties));
        } else {
            answer.refused(Codes.refusal(code, properties));
        }
    }

    void answered(int id, MqttMessage message) {
        CompletableFuture<MqttMessage> question = questions.free(id);
        if (question != null) {
            question.complete(message);
        }
    }

    /** Nothing is answered any more. */
    void lost(WireClosedException why) {
        ended = why;
        publishes.clear();
        questions.endAll(question -> question.completeExceptionally(why));
    }
}
