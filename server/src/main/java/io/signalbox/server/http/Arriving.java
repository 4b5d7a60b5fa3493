package io.signalbox.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** A request whose end has not come. Owned by the connection's loop. */
final class Arriving {
    private final HttpRequest head;
    private final String target;
    private final @Nullable Exchange exchange;
    private Exchanges.@Nullable Admitted admitted;
    private @Nullable RequestBody body;

    /** @param exchange null: it is for a WebSocket, and its body is nobody's */
    Arriving(HttpRequest head, String target, @Nullable Exchange exchange) {
        this.head = head;
        this.target = target;
        this.exchange = exchange;
    }

    HttpRequest head() {
        return head;
    }

    String target() {
        return target;
    }

    boolean forWebSocket() {
        return exchange == null;
    }

    /** From now on its body is kept. @param connection whose bodies together are bounded, as are those of who asks */
    void admit(Exchanges.Admitted who, Bodies bodies, Object connection, int bodyBytesMax) {
        if (exchange != null) {
            String sender = who.principal().anonymous()
                    ? "from " + exchange.remoteNetwork()
                    : "user " + who.principal().name();
            admitted = who;
            body = new RequestBody(
                    bodies, new Bodies.Owner(connection, sender), bodyBytesMax, RequestHead.announced(head));
        }
    }

    /** @throws HttpProblem or SignalboxException it is none, or there is no room for it */
    void add(ByteBuf content) {
        if (body != null && admitted != null && content.isReadable()) {
            if (body.empty()) {
                Exchanges.checkBody(admitted.found().route(), head.headers());
            }
            body.add(content);
        }
    }

    /** It is complete, and another's from now on. */
    void begin(Exchanges exchanges) {
        if (exchange != null && admitted != null && body != null) {
            exchanges.begin(exchange.complete(), admitted, body.take());
        }
    }

    void release() {
        if (body != null) {
            body.release();
        }
    }
}
