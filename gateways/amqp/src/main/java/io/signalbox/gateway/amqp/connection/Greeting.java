package io.signalbox.gateway.amqp.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.frame.FrameDecoder;
import io.signalbox.gateway.amqp.frame.FrameDecoder.Pause;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.gateway.amqp.sasl.SaslExchange;
import io.signalbox.gateway.amqp.sasl.SaslResult;
import io.signalbox.gateway.listener.RemoteAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from the first byte to a client that is known: which protocol it speaks, and who it is. Forgotten once an
 * engine runs. Owned by the connection's loop.
 */
final class Greeting {
    private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);

    /** 2.2, 5.3.1: protocol, then version 1.0.0. */
    static final long AMQP_HEADER = 0x414D5150_00_010000L;

    private static final long SASL_HEADER = 0x414D5150_03_010000L;

    /** A stranger's: the specification allows 512, tokens as passwords want more. */
    static final int SASL_FRAME_BYTES_MAX = 4_096;

    private final AmqpConnection connection;
    private final Hall hall;
    private final Channel channel;
    private final FrameDecoder decoder;
    private final EngineOutput out;
    private @Nullable SaslExchange sasl;
    private @Nullable Principal known;
    private boolean over;

    Greeting(AmqpConnection connection, Hall hall, Channel channel, FrameDecoder decoder, EngineOutput out) {
        this.connection = connection;
        this.hall = hall;
        this.channel = channel;
        this.decoder = decoder;
        this.out = out;
    }

    /** Null: it is not known yet who the client is. */
    @Nullable
    Principal known() {
        return known;
    }

    void onHeader(long header) {
        Principal who = known;
        if (who != null) {
            if (header == AMQP_HEADER) {
                connection.known(who);
            } else {
                answerHeader(AMQP_HEADER);
            }
        } else if (header == SASL_HEADER) {
            beginSasl();
        } else if (header == AMQP_HEADER && hall.config.anonymous()) {
            decoder.pause(Pause.ANSWER);
            hall.authenticator
                    .authenticate(new Credentials("", null, null, RemoteAddress.network(channel.remoteAddress())))
                    .whenComplete((anonymous, error) ->
                            channel.eventLoop().execute(() -> connection.guarded(() -> onAnonymous(anonymous))));
        } else {
            answerHeader(SASL_HEADER);
        }
    }

    private void beginSasl() {
        out.write(header(SASL_HEADER));
        SaslExchange exchange = new SaslExchange(
                hall.authenticator,
                hall.config.anonymous(),
                RemoteAddress.network(channel.remoteAddress()),
                CertificateName.of(channel),
                hall.config.queueUser(),
                task -> channel.eventLoop().execute(() -> connection.guarded(task)),
                out::write,
                this::onSaslEnded);
        sasl = exchange;
        exchange.begin();
    }

    void onFrame(byte[] frame) {
        SaslExchange exchange = sasl;
        if (exchange == null || known != null) {
            throw Violation.malformed("a frame where a protocol header belongs");
        }
        exchange.onFrame(frame);
        if (exchange.isChecking()) {
            decoder.pause(Pause.ANSWER);
        }
    }

    /** 2.2: who asks for another protocol is told which one is spoken here, and the connection ends. */
    private void answerHeader(long spoken) {
        hall.counters.increment(AmqpCounter.ENDED_MALFORMED);
        out.write(header(spoken));
        connection.closed();
    }

    private static ByteBuf header(long header) {
        return Unpooled.buffer(Long.BYTES).writeLong(header);
    }

    private void onAnonymous(@Nullable Principal who) {
        if (over) {
            return;
        }
        if (who == null) {
            answerHeader(SASL_HEADER);
        } else {
            connection.known(who);
            decoder.resume(Pause.ANSWER);
            channel.flush();
        }
    }

    private void onSaslEnded(SaslResult result) {
        if (over) {
            return;
        }
        switch (result) {
            case SaslResult.LetIn(Principal who) -> {
                known = who;
                decoder.expectHeader(hall.config.limits().frameBytesMax());
                decoder.resume(Pause.ANSWER);
                channel.flush();
            }
            case SaslResult.Refused(SaslResult.Code code, String detail) -> {
                LOG.debug("SASL with {} failed: {} {}", RemoteAddress.text(channel), code, detail);
                hall.counters.increment(AmqpCounter.SASL_FAILED);
                connection.closed();
            }
        }
    }

    /** The client went: nobody needs an answer. */
    void abandon() {
        over = true;
        if (sasl != null) {
            sasl.abandon();
        }
    }
}
