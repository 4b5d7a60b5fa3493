package io.signalbox.transports.remote.wire;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.signalbox.error.ReasonCode;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.connection.Connector.Lost;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The packets of one connection, from its CONNECT to its end. The loop's. */
final class WireHandler extends SimpleChannelInboundHandler<MqttMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(WireHandler.class);

    private final ConnectRequest request;
    private final boolean webSocket;
    private final Receiver receiver;
    private final TimeSource time;
    private final Heartbeat heartbeat;
    private final Lost lost;
    private final CompletableFuture<WireLink> opened = new CompletableFuture<>();
    private @Nullable WireLink link;
    private WireClosedException end =
            new WireClosedException(Codes.NONE, new Refusal(ReasonCode.BUSY, "the connection was closed"));

    WireHandler(
            ConnectRequest request,
            boolean webSocket,
            Receiver receiver,
            TimeSource time,
            Heartbeat heartbeat,
            Lost lost) {
        this.request = request;
        this.webSocket = webSocket;
        this.receiver = receiver;
        this.time = time;
        this.heartbeat = heartbeat;
        this.lost = lost;
    }

    /** Completes with the link, or with a {@link WireClosedException}. */
    CompletableFuture<WireLink> opened() {
        return opened;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!webSocket) {
            ChannelFuture unused = context.writeAndFlush(request.packet());
        }
        context.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            ChannelFuture unused = context.writeAndFlush(request.packet());
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, MqttMessage message) {
        if (message.decoderResult().isFailure()) {
            ends(
                    context,
                    Codes.NONE,
                    ReasonCode.MALFORMED,
                    "the server sent what is no MQTT: "
                            + message.decoderResult().cause());
            return;
        }
        heartbeat.heard();
        switch (message.fixedHeader().messageType()) {
            case CONNACK -> onConnack(context, (MqttConnAckMessage) message);
            case PUBLISH -> onPublish(present(), (MqttPublishMessage) message);
            case PUBACK -> onPuback(present(), message);
            case SUBACK, UNSUBACK ->
                present().answered(((MqttMessageIdVariableHeader) message.variableHeader()).messageId(), message);
            case PINGRESP -> heartbeat.answered();
            case DISCONNECT -> onDisconnect(context, message);
            default ->
                ends(
                        context,
                        Codes.NONE,
                        ReasonCode.MALFORMED,
                        "the server sent " + message.fixedHeader().messageType());
        }
    }

    private WireLink present() {
        WireLink present = link;
        if (present == null) {
            throw new IllegalStateException("a packet before the CONNACK");
        }
        return present;
    }

    private void onConnack(ChannelHandlerContext context, MqttConnAckMessage connack) {
        MqttProperties properties = connack.variableHeader().properties();
        int code =
                Byte.toUnsignedInt(connack.variableHeader().connectReturnCode().byteValue());
        if (code != 0) {
            ends(context, Codes.closed(code, properties));
            return;
        }
        Granted granted = Granted.read(connack.variableHeader().isSessionPresent(), properties);
        if (granted == null) {
            ends(
                    context,
                    Codes.NONE,
                    ReasonCode.NOT_SUPPORTED,
                    "the server is no Signalbox that can be a transport: its CONNACK says nothing of "
                            + TransportNames.TRANSPORT);
            return;
        }
        WireLink made = new WireLink(context.channel(), granted);
        link = made;
        heartbeat.start(
                context,
                request.options().keepAlive(),
                properties,
                () -> ends(context, Codes.NONE, ReasonCode.BUSY, "the server is silent"));
        opened.complete(made);
    }

    private void onPublish(WireLink from, MqttPublishMessage packet) {
        Delivery delivery;
        try {
            delivery = PublishReader.read(from, packet, time.millis());
        } catch (RuntimeException e) { // else it would come again, and again end the connection
            LOG.warn("a message to {} cannot be read", packet.variableHeader().topicName(), e);
            if (packet.fixedHeader().qosLevel().value() > 0) {
                from.reject(packet.variableHeader().packetId(), true, "it cannot be read: " + e.getMessage());
            }
            return;
        }
        receiver.arrived(delivery);
    }

    private static void onPuback(WireLink from, MqttMessage message) {
        int id = ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
        if (message.variableHeader() instanceof MqttPubReplyMessageVariableHeader header) {
            from.acknowledged(id, Byte.toUnsignedInt(header.reasonCode()), header.properties());
        } else {
            from.acknowledged(id, 0, MqttProperties.NO_PROPERTIES);
        }
    }

    private void onDisconnect(ChannelHandlerContext context, MqttMessage message) {
        if (message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
            ends(context, Codes.closed(Byte.toUnsignedInt(header.reasonCode()), header.properties()));
        }
    }

    private void ends(ChannelHandlerContext context, int code, ReasonCode reason, String detail) {
        ends(context, new WireClosedException(code, new Refusal(reason, detail)));
    }

    private void ends(ChannelHandlerContext context, WireClosedException why) {
        end = why;
        ChannelFuture unused = context.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            receiver.writable();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        heartbeat.stop();
        opened.completeExceptionally(end);
        WireLink gone = link;
        if (gone != null) {
            gone.lost(end);
        }
        lost.because(end);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (end.code() == Codes.NONE) {
            LOG.debug("a connection fails", cause);
            ends(context, Codes.NONE, ReasonCode.BUSY, String.valueOf(cause));
        }
    }
}
