package io.signalbox.gateway.amqp.connection;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.signalbox.access.Principal;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.FrameDecoder;
import io.signalbox.gateway.amqp.frame.FrameDecoder.Pause;
import io.signalbox.gateway.amqp.frame.FrameSink;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.listener.RemoteAddress;
import io.signalbox.transport.Subscriber.DetachReason;
import io.signalbox.transport.Transport;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection, from accept to close: finds out who it is, then gives its frames to an engine. All of it runs
 * on the channel's event loop; {@link #endFromOutside} and {@link #info} on any thread.
 */
public final class AmqpConnection implements FrameSink {
    private static final Logger LOG = LoggerFactory.getLogger(AmqpConnection.class);

    /** Its name in the pipeline. */
    static final String HANDLER = "amqp";

    private final Hall hall;
    private final Channel channel;
    private final FrameDecoder decoder;
    private final EngineOutput out;
    private @Nullable Greeting greeting;
    private @Nullable Future<?> greetingTimer;
    private Principal principal = Principal.ANONYMOUS;

    /** Written once, by the loop. */
    private volatile @Nullable EngineSide engine;

    private boolean ended;
    private int bytesRead;
    private int framesRead;

    private AmqpConnection(Hall hall, Channel channel) {
        this.hall = hall;
        this.channel = channel;
        this.decoder = new FrameDecoder(this, Greeting.SASL_FRAME_BYTES_MAX);
        this.out = new EngineOutput(channel, hall.counters);
        this.greeting = new Greeting(this, hall, channel, decoder, out);
    }

    /** Makes the channel speak AMQP. Call it on the channel's loop. */
    public static AmqpConnection install(Hall hall, Channel channel, int greetingTimeoutMillis) {
        AmqpConnection connection = new AmqpConnection(hall, channel);
        channel.pipeline().addLast(HANDLER, connection.decoder);
        connection.greetingTimer = channel.eventLoop()
                .schedule(connection::onGreetingTimeout, greetingTimeoutMillis, TimeUnit.MILLISECONDS);
        hall.entered(connection);
        return connection;
    }

    /** Null until it is open. Any thread. */
    public @Nullable ConnectionInfo info() {
        EngineSide side = engine;
        return side == null ? null : side.info();
    }

    /** The socket is closed. Any thread. */
    public boolean isGone() {
        return !channel.isOpen();
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    Principal principal() {
        return principal;
    }

    Transport transport() {
        return hall.transport;
    }

    /** Whatever fails here ends this connection and nothing else. */
    void guarded(Runnable action) {
        try {
            action.run();
        } catch (Violation e) {
            onViolation(e);
        } catch (RuntimeException e) {
            onFault(e);
        }
    }

    // ---- from the socket

    @Override
    public void onHeader(long header) {
        guarded(() -> {
            Greeting before = greeting;
            if (before == null) {
                throw Violation.malformed("a protocol header where frames belong");
            }
            before.onHeader(header);
        });
    }

    @Override
    public void onFrame(byte[] frame) {
        framesRead++;
        guarded(() -> {
            Greeting before = greeting;
            EngineSide side = engine;
            if (side != null) {
                side.onFrame(frame);
            } else if (before != null) {
                before.onFrame(frame);
            }
        });
    }

    /** It is known who the client is, and the header of its AMQP has come. */
    void known(Principal who) {
        principal = who;
        greeting = null;
        decoder.frames(hall.config.limits().frameBytesMax());
        EngineSide side = new EngineSide(this, hall, channel, decoder, out);
        engine = side;
        side.start(Greeting.AMQP_HEADER);
    }

    @Override
    public void onViolation(Violation violation) {
        LOG.debug("{}: {}", RemoteAddress.text(channel), violation.detail());
        end(violation.condition(), violation.detail());
    }

    @Override
    public void onBytes(int count) {
        bytesRead += count;
        EngineSide side = engine;
        if (side != null) {
            side.onRead();
        }
    }

    @Override
    public void onReadEnd() {
        if (bytesRead > 0) {
            hall.counters.add(AmqpCounter.BYTES_IN, bytesRead);
            hall.counters.add(AmqpCounter.FRAMES_IN, framesRead);
            bytesRead = 0;
            framesRead = 0;
        }
        channel.flush();
    }

    @Override
    public void onWritability() {
        if (channel.isWritable()) {
            decoder.resume(Pause.CONGESTED);
        } else {
            decoder.pause(Pause.CONGESTED);
        }
        EngineSide side = engine;
        if (side != null && !ended) {
            guarded(() -> side.writable(channel.isWritable()));
        }
    }

    @Override
    public void onGone() {
        leave();
    }

    @Override
    public void onFailure(Throwable cause) {
        if (cause instanceof IOException || cause instanceof io.netty.handler.codec.DecoderException) {
            LOG.debug("{}: {}", RemoteAddress.text(channel), cause.toString());
            leave();
            channel.close();
        } else {
            onFault(cause);
        }
    }

    // ---- its end

    void onFault(Throwable fault) {
        if (!ended) {
            hall.counters.increment(AmqpCounter.INTERNAL_ERRORS);
            LOG.warn("A fault of the gateway ends the connection of {}", RemoteAddress.text(channel), fault);
            end(Condition.INTERNAL_ERROR, "a fault of the server; see its log");
        }
    }

    void onSilence() {
        if (!ended) {
            hall.counters.increment(AmqpCounter.ENDED_IDLE);
            finish(Condition.RESOURCE_LIMIT_EXCEEDED, "nothing was heard for the idle time-out");
        }
    }

    /** Of a link: what it says is a violation is the client's fault, all else the gateway's. */
    void onLinkFailure(Throwable failure) {
        if (failure instanceof Violation violation) {
            onViolation(violation);
        } else {
            onFault(failure);
        }
    }

    /** The client went beyond a bound that the engine keeps, and was told. */
    void closedByEngine() {
        if (!ended) {
            hall.counters.increment(AmqpCounter.ENDED_LIMIT);
            closed();
        }
    }

    void opened() {
        cancelGreetingTimer();
    }

    void onDetached(DetachReason reason) {
        switch (reason) {
            case SHUTTING_DOWN -> end(Condition.CONNECTION_FORCED, "the server is shutting down");
            case REVOKED -> end(Condition.UNAUTHORIZED_ACCESS, "the right to be here was taken back");
            case REMOVED, TAKEN_OVER -> end(Condition.RESOURCE_DELETED, "an operator ended the session");
        }
    }

    void onPublishingHeld(boolean held) {
        EngineSide side = engine;
        if (side != null && !ended) {
            side.held(held);
        }
    }

    private void onGreetingTimeout() {
        if (!ended) {
            hall.counters.increment(AmqpCounter.ENDED_CONNECT_TIMEOUT);
            leave();
            channel.close();
        }
    }

    /** Ends it if it is one of these users', also before its open. Any thread. */
    public void revoke(Set<String> users) {
        channel.eventLoop().execute(() -> {
            Principal who = greeting == null ? principal : greeting.known();
            if (who != null && users.contains(who.name())) {
                end(Condition.UNAUTHORIZED_ACCESS, "the right to be here was taken back");
            }
        });
    }

    /** The client is told. Any thread. */
    public void endFromOutside(Condition condition, String detail) {
        channel.eventLoop().execute(() -> end(condition, detail));
    }

    void end(Condition condition, String detail) {
        if (ended) {
            return;
        }
        hall.counters.increment(
                switch (condition) {
                    case DECODE_ERROR, FRAMING_ERROR, INVALID_FIELD, NOT_ALLOWED -> AmqpCounter.ENDED_MALFORMED;
                    case RESOURCE_LIMIT_EXCEEDED -> AmqpCounter.ENDED_LIMIT;
                    default -> AmqpCounter.ENDED_OTHER;
                });
        finish(condition, detail);
    }

    private void finish(Condition condition, String detail) {
        EngineSide side = engine;
        if (side != null) {
            side.close(condition, detail);
        }
        leave();
        Closing.afterFlush(channel);
    }

    /** The client has closed it, and was answered. */
    void closed() {
        leave();
        Closing.afterFlush(channel);
    }

    /** Undoes what the connection holds elsewhere; the channel itself is the caller's matter. */
    private void leave() {
        if (ended) {
            return;
        }
        ended = true;
        decoder.end();
        cancelGreetingTimer();
        if (greeting != null) {
            greeting.abandon();
        }
        EngineSide side = engine;
        if (side != null) {
            side.leave();
        }
        hall.left(this, side == null ? "" : side.containerId());
    }

    private void cancelGreetingTimer() {
        if (greetingTimer != null) {
            greetingTimer.cancel(false);
            greetingTimer = null;
        }
    }
}
