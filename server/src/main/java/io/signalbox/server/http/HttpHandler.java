package io.signalbox.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
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
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.web.websocket.WebSocketUpgrade;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP connection: collects a request, has it answered, then reads the next. Owned by the channel's loop. */
final class HttpHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);

    /** Not worth counting. */
    private static final int SMALL_ANSWER_BYTES = 4 << 10;

    private static final Response.Whole TOO_MUCH_UNREAD = Problems.of(new SignalboxException(
            ReasonCode.BUSY, "answers that nobody has read yet fill an eighth of the heap; try again"));

    private final Exchanges exchanges;
    private final @Nullable WebSockets webSockets;
    private final Runnable onLeft;
    private final RequestBody body;
    private final ByteBudget answers;
    private @Nullable ConnectionClock clock;
    private @Nullable ChannelHandlerContext context;
    private volatile @Nullable String user;
    private final AtomicReference<@Nullable Thread> waiting = new AtomicReference<>();
    private @Nullable HttpRequest request;
    private boolean refused;
    private boolean working;
    private boolean left;
    /** Bounded by what one read of the socket brings. */
    private final Queue<Object> pipelined = new ArrayDeque<>();

    /**
     * @param webSockets null: this is a stream of HTTP/2, of one request, and becomes none
     * @param onLeft called once when the connection is closed, or speaks HTTP no more
     */
    HttpHandler(
            Exchanges exchanges, @Nullable WebSockets webSockets, Runnable onLeft, int bodyBytesMax, Memory memory) {
        this.exchanges = exchanges;
        this.webSockets = webSockets;
        this.onLeft = onLeft;
        this.body = new RequestBody(bodyBytesMax, memory.bodies());
        this.answers = memory.answers();
    }

    /** Who asked last here; on any thread. */
    void user(String name) {
        user = name;
    }

    boolean isOf(Set<String> users) {
        String name = user;
        return name != null && users.contains(name);
    }

    /** It is interrupted when the connection is gone, until it {@linkplain #waited waits} no more. On any thread. */
    void waiting(Thread thread) {
        waiting.set(thread);
    }

    /** The next request may be here already, and wait too. */
    void waited(Thread thread) {
        waiting.compareAndSet(thread, null);
    }

    void clock(ConnectionClock value) {
        clock = value;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** What a client sends while its request is worked on waits; nothing more is read from it meanwhile. */
    @Override
    public void channelRead(ChannelHandlerContext active, Object part) {
        if (working && !refused) {
            pipelined.add(part);
        } else {
            take(active, part);
        }
    }

    private void take(ChannelHandlerContext active, Object part) {
        try {
            if (refused) {
                return;
            }
            if (part instanceof HttpRequest head) {
                begin(active, head);
            }
            if (!refused && part instanceof HttpContent content) {
                add(active, content);
            }
        } catch (RuntimeException problem) {
            refuse(active, Problems.of(problem));
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void next(ChannelHandlerContext active) {
        working = false;
        while (!working) {
            Object part = pipelined.poll();
            if (part == null) {
                active.channel().config().setAutoRead(true);
                return;
            }
            take(active, part);
        }
    }

    private void begin(ChannelHandlerContext active, HttpRequest head) {
        Throwable broken = head.decoderResult().cause();
        if (broken instanceof TooLongHttpLineException) {
            throw new HttpProblem(414, "uri-too-long", "the request line is longer than the limit of 81920 bytes");
        }
        if (broken instanceof TooLongHttpHeaderException) {
            throw new HttpProblem(431, "headers-too-large", "the headers are larger than the limit of 16384 bytes");
        }
        if (broken != null) {
            throw malformed("this is not an HTTP request");
        }
        body.announce(announced(head));
        request = head;
        if (HttpUtil.is100ContinueExpected(head)) {
            active.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private static long announced(HttpRequest head) {
        try {
            return HttpUtil.getContentLength(head, 0L);
        } catch (NumberFormatException e) {
            throw malformed("the Content-Length is no number");
        }
    }

    private static HttpProblem malformed(String detail) {
        return new HttpProblem(400, "request-malformed", detail);
    }

    private void add(ChannelHandlerContext active, HttpContent content) {
        HttpRequest head = request;
        if (head == null) {
            return;
        }
        if (content.decoderResult().isFailure()) {
            throw malformed("the body is not what HTTP allows");
        }
        body.add(active.alloc(), content.content());
        if (content instanceof LastHttpContent) {
            request = null;
            working = true;
            active.channel().config().setAutoRead(false);
            if (clock != null) {
                clock.working();
            }
            String target = webSockets == null ? head.uri() : RequestTarget.originForm(head);
            if (webSockets != null && WebSocketUpgrade.isAskedFor(head)) {
                upgrade(webSockets, active, head, target);
            } else {
                ask(active, head, target);
            }
        }
    }

    private void ask(ChannelHandlerContext active, HttpRequest head, String target) {
        exchanges.begin(new Exchange(
                head.method(),
                target,
                head.headers(),
                body.take(),
                address(active),
                HttpUtil.isKeepAlive(head),
                head.protocolVersion().isKeepAliveDefault(),
                System.nanoTime(),
                this));
    }

    private void upgrade(WebSockets sockets, ChannelHandlerContext active, HttpRequest head, String target) {
        body.release();
        if (!pipelined.isEmpty()) {
            throw malformed("nothing may come behind a request for a WebSocket");
        }
        List<ChannelHandler> others = clock == null ? List.of(this) : List.of(clock, this);
        sockets.open(active.channel(), head, target.split("[?#]", 2)[0], others);
    }

    private static String address(ChannelHandlerContext active) {
        return active.channel().remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress()
                : "unknown";
    }

    /** Nothing more is taken from who sent this. */
    private void refuse(ChannelHandlerContext active, Response.Whole answer) {
        refused = true;
        release();
        if (clock != null) {
            clock.idle(active);
        }
        exchanges.refused(answer.status());
        ResponseWriter.write(active, answer, false, false).addListener(written -> {
            if (webSockets == null) {
                active.close();
            } else {
                Farewell.to(active.channel());
            }
        });
    }

    void requestTimedOut() {
        ChannelHandlerContext active = context;
        if (active != null && !refused) {
            refuse(
                    active,
                    Problems.of(new HttpProblem(408, "request-timeout", "the request was not complete in time")));
        }
    }

    /** On any thread. */
    void answer(Exchange exchange, Response.Whole response, boolean keepAlive) {
        ChannelHandlerContext active = context;
        if (active != null) {
            Response.Whole affordable = answers.take(counted(response)) ? response : TOO_MUCH_UNREAD;
            active.executor().execute(() -> write(active, exchange, affordable, keepAlive));
        }
    }

    private static int counted(Response.Whole response) {
        int bytes = response.body().length;
        return bytes > SMALL_ANSWER_BYTES ? bytes : 0;
    }

    private void write(ChannelHandlerContext active, Exchange exchange, Response.Whole response, boolean keepAlive) {
        body.release();
        boolean head = exchange.method().equals(HttpMethod.HEAD);
        ChannelFuture written = ResponseWriter.write(active, response, keepAlive, head);
        if (clock != null) {
            clock.idle(active);
        }
        // Not before: who asks again and again and reads nothing would fill the memory with answers.
        written.addListener(done -> {
            answers.giveBack(counted(response));
            if (!keepAlive) {
                active.close();
            } else if (done.isSuccess()) {
                next(active);
            }
        });
    }

    /** On the exchange's virtual thread; returns when all is written. A failure on the way cuts the connection. */
    void stream(Exchange exchange, Response.Streamed response, Map<String, String> headers) {
        ChannelHandlerContext active = context;
        if (active == null) {
            return;
        }
        active.executor().execute(body::release);
        active.writeAndFlush(ResponseWriter.headOfStream(response.contentType(), headers, exchange.chunks()));
        try {
            response.body().writeTo(new ChannelSink(active.channel()));
            active.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
        } catch (Exception e) {
            // The last chunk is missing on purpose: the reader sees that the body is not whole.
            LOG.debug("a streamed answer was cut off", e);
            active.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext active) {
        leave();
        active.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        if (!pipelined.isEmpty()) {
            // Sent before the handshake was answered, and taken for HTTP: what it was to say is lost.
            removed.channel().close();
        }
        leave();
    }

    private void leave() {
        release();
        if (!left) {
            left = true;
            onLeft.run();
            Thread thread = waiting.get();
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private void release() {
        pipelined.forEach(ReferenceCountUtil::release);
        pipelined.clear();
        body.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext active, Throwable cause) {
        if (webSockets == null && cause instanceof DecoderException && !working && !refused) {
            refuse(active, Problems.of(malformed("this is not a request of HTTP/2")));
            return;
        }
        // What a stranger can cause at will (a reset, bytes that are not TLS) is no line for the operator, and its text
        // may hold what was sent.
        if (!(cause instanceof IOException) && !(cause instanceof DecoderException)) {
            LOG.error("an HTTP connection from {} failed and was closed", address(active), cause);
        }
        active.close();
    }
}
