package io.signalbox.gateway.web.websocket;

import io.netty.channel.Channel;
import io.signalbox.gateway.listener.Gate;
import java.util.function.Consumer;

/**
 * A wire protocol that may be spoken inside of a WebSocket.
 *
 * @param gate of the protocol's own port: who may not come in there may not come in here
 * @param attach makes a channel of plain bytes speak it; called on the channel's loop, after the handshake
 */
public record WebSocketProtocol(Gate gate, Consumer<Channel> attach) {}
