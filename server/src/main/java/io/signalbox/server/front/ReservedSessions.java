package io.signalbox.server.front;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A transport at which no client may have the sessions that the server's own bridges have. */
public final class ReservedSessions extends ForwardingTransport {
    private final Set<String> reserved;

    private ReservedSessions(Transport transport, Set<String> reserved) {
        super(transport);
        this.reserved = Set.copyOf(reserved);
    }

    /** @param reserved names of sessions */
    public static Transport before(Transport transport, Set<String> reserved) {
        return reserved.isEmpty() ? transport : new ReservedSessions(transport, reserved);
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        return reserved.contains(options.name())
                ? CompletableFuture.failedFuture(new Refusal(
                                ReasonCode.NOT_AUTHORIZED,
                                "session '" + options.name()
                                        + "' belongs to a bridge of the server; choose another client id")
                        .toException())
                : inner().open(options, lane, subscriber);
    }
}
