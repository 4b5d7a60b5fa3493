package io.signalbox.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.signalbox.gateway.web.websocket.WebSocketUpgrade;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP connection, or stream of HTTP/2: reads a request, has it answered, then reads the next. Of a body nothing is
 * kept before it is known who sends it. Owned by the channel's loop.
 */
final class HttpHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);

    private final Exchanges exchanges;
    private final @Nullable WebSockets webSockets;
    private final Runnable onLeft;
    private final int bodyBytesMax;
    private final Memory memory;
    private final Caller caller = new Caller();
    private final Inflow inflow = new Inflow();
    private @Nullable ChannelHandlerContext context;
    private ReadingState state = ReadingState.IDLE;
    private @Nullable Arriving arriving;

    /** An answer has gone out whose request is not complete. */
    private boolean answered;

    private boolean left;

    /**
     * @param webSockets null: this is a stream of HTTP/2, of one request, and becomes none
     * @param onLeft called once when the connection is closed, or speaks HTTP no more
     */
    HttpHandler(
            Exchanges exchanges, @Nullable WebSockets webSockets, Runnable onLeft, int bodyBytesMax, Memory memory) {
        this.exchanges = exchanges;
        this.webSockets = webSockets;
        this.onLeft = onLeft;
        this.bodyBytesMax = bodyBytesMax;
        this.memory = memory;
    }

    Caller caller() {
        return caller;
    }

    void clock(ConnectionClock value) {
        inflow.clock(value);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** What a client sends while its request is worked on waits; nothing more is read from it meanwhile. */
    @Override
    public void channelRead(ChannelHandlerContext active, Object part) {
        if (state.waits()) {
            inflow.early().add(part);
        } else {
            take(active, part);
        }
    }

    private void take(ChannelHandlerContext active, Object part) {
        try {
            if (state == ReadingState.IDLE && part instanceof HttpRequest head) {
                begin(active, head);
            }
            if (part instanceof HttpContent content) {
                if (state == ReadingState.GREETING) {
                    inflow.early().add(content.retain()); // head and end in one
                } else if (state == ReadingState.READING) {
                    read(active, content);
                } else if (state == ReadingState.DROPPING && content instanceof LastHttpContent) {
                    dropped(active);
                }
            }
        } catch (RuntimeException problem) {
            refuse(active, Problems.of(problem));
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    /** Goes on with what waits, then with the socket. */
    private void resume(ChannelHandlerContext active) {
        while (!state.waits()) {
            Object part = inflow.early().poll();
            if (part == null) {
                inflow.read(active);
                return;
            }
            take(active, part);
        }
    }

    private void begin(ChannelHandlerContext active, HttpRequest head) {
        RequestHead.check(head);
        long announced = RequestHead.announced(head);
        RequestBody.check(announced, bodyBytesMax);
        String target = webSockets == null ? head.uri() : RequestTarget.originForm(head);
        if (webSockets != null && WebSocketUpgrade.isAskedFor(head)) {
            arriving = new Arriving(head, target, null);
            state = ReadingState.READING;
            return;
        }
        Exchange exchange = Exchange.of(head, target, active.channel(), this);
        arriving = new Arriving(head, target, exchange);
        answered = false;
        Exchanges.Admitted known = exchanges.greet(exchange, announced);
        if (known != null) {
            admit(active, known);
        } else {
            await(active, ReadingState.GREETING);
        }
    }

    private void await(ChannelHandlerContext active, ReadingState waiting) {
        state = waiting;
        inflow.hold(active);
    }

    /** It is known who asks. On any thread. */
    void admitted(Exchanges.Admitted who) {
        ChannelHandlerContext active = context;
        if (active != null) {
            active.executor().execute(() -> {
                if (state == ReadingState.GREETING) {
                    inflow.expect(active);
                    admit(active, who);
                    resume(active);
                }
            });
        }
    }

    private void admit(ChannelHandlerContext active, Exchanges.Admitted who) {
        Arriving request = arriving;
        if (request == null) {
            return;
        }
        state = ReadingState.READING;
        Channel parent = active.channel().parent();
        Object connection = webSockets == null && parent != null ? parent : active.channel();
        request.admit(who, memory.bodies(), connection, bodyBytesMax);
        if (HttpUtil.is100ContinueExpected(request.head())) {
            active.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private void read(ChannelHandlerContext active, HttpContent content) {
        Arriving request = arriving;
        if (request == null) {
            return;
        }
        if (content.decoderResult().isFailure()) {
            throw RequestHead.malformed("the body is not what HTTP allows");
        }
        request.add(content.content());
        if (content instanceof LastHttpContent) {
            arriving = null;
            await(active, ReadingState.WORKING);
            if (webSockets != null && request.forWebSocket()) {
                upgrade(webSockets, active, request);
            } else {
                request.begin(exchanges);
            }
        }
    }

    private void upgrade(WebSockets sockets, ChannelHandlerContext active, Arriving request) {
        if (!inflow.early().isEmpty()) {
            throw RequestHead.malformed("nothing may come behind a request for a WebSocket");
        }
        ConnectionClock clock = inflow.clock();
        List<ChannelHandler> others = clock == null ? List.of(this) : List.of(clock, this);
        sockets.open(active.channel(), request.head(), request.target().split("[?#]", 2)[0], others);
    }

    /** Nothing more is taken from who sent this. */
    private void refuse(ChannelHandlerContext active, Response.Whole answer) {
        state = ReadingState.REFUSED;
        release();
        inflow.answering(active);
        exchanges.refused(answer.status());
        ResponseWriter.write(active, answer, false, false).addListener(written -> Farewell.to(active.channel()));
    }

    /** @return whether the connection has to go: not if it is the server that takes its time */
    boolean requestTimedOut() {
        ChannelHandlerContext active = context;
        if (active != null && state.expects()) {
            HttpProblem late = new HttpProblem(408, "request-timeout", "the request was not complete in time");
            refuse(active, Problems.of(late));
        }
        return !state.waits();
    }

    /** On any thread. */
    void answer(Exchange exchange, Response.Whole response, boolean keepAlive) {
        ChannelHandlerContext active = context;
        if (active != null) {
            Response.Whole affordable = memory.answers().take(response);
            active.executor().execute(() -> write(active, exchange, affordable, keepAlive));
        }
    }

    private void write(ChannelHandlerContext active, Exchange exchange, Response.Whole response, boolean keepAlive) {
        if (state == ReadingState.REFUSED) {
            memory.answers().written(response);
            return;
        }
        if (arriving != null && inflow.early().peek() instanceof LastHttpContent) {
            ReferenceCountUtil.release(inflow.early().poll());
            state = ReadingState.WORKING; // it was complete
            arriving = null;
        }
        Arriving incomplete = arriving;
        boolean goesOn =
                keepAlive && (incomplete == null || webSockets != null && RequestHead.droppable(incomplete.head()));
        if (incomplete != null) {
            arriving = null;
            state = goesOn ? ReadingState.DROPPING : ReadingState.REFUSED;
        }
        boolean head = exchange.method().equals(HttpMethod.HEAD);
        ChannelFuture written = ResponseWriter.write(active, response, goesOn, head);
        if (state == ReadingState.DROPPING) {
            inflow.expect(active);
        } else {
            inflow.answering(active);
        }
        // Not before: who asks again and again and reads nothing would fill the memory with answers.
        written.addListener(done -> {
            memory.answers().written(response);
            if (!goesOn && incomplete != null) {
                Farewell.to(active.channel());
            } else if (!goesOn) {
                active.close();
            } else if (done.isSuccess()) {
                answered(active);
            }
        });
        if (incomplete != null) {
            resume(active);
        }
    }

    private void answered(ChannelHandlerContext active) {
        answered = true;
        if (state == ReadingState.WORKING) {
            idle(active);
            resume(active);
        }
    }

    private void idle(ChannelHandlerContext active) {
        state = ReadingState.IDLE;
        inflow.idle(active);
    }

    /** The end of a body that nobody wanted is here; the answer may not have gone out yet. */
    private void dropped(ChannelHandlerContext active) {
        if (answered) {
            idle(active);
        } else {
            await(active, ReadingState.WORKING);
            inflow.answering(active);
        }
    }

    /** On the exchange's virtual thread; returns when all is written. */
    void stream(Exchange exchange, Response.Streamed response, Map<String, String> headers) {
        ChannelHandlerContext active = context;
        if (active != null) {
            ResponseWriter.stream(active, response, headers, exchange.chunks());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext active) {
        leave();
        active.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        if (!inflow.early().isEmpty()) {
            // Sent before the handshake was answered, and taken for HTTP: what it was to say is lost.
            removed.channel().close();
        }
        leave();
    }

    private void leave() {
        state = ReadingState.REFUSED;
        release();
        if (!left) {
            left = true;
            onLeft.run();
            caller.left();
        }
    }

    private void release() {
        inflow.release();
        if (arriving != null) {
            arriving.release();
            arriving = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable cause) {
        if (webSockets == null && cause instanceof DecoderException && state.expects()) {
            refuse(active, Problems.of(RequestHead.malformed("this is not a request of HTTP/2")));
            return;
        }
        // What a stranger can cause at will is no line for the operator, and its text may hold what was sent.
        if (!(cause instanceof IOException) && !(cause instanceof DecoderException)) {
            LOG.error(
                    "an HTTP connection from {} failed and was closed",
                    active.channel().remoteAddress(),
                    cause);
        }
        active.close();
    }
}
