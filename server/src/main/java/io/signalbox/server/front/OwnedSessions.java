package io.signalbox.server.front;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.access.ReceiveRights;
import io.signalbox.transport.ForwardingSession;
import io.signalbox.transport.ForwardingTransport;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the embedded broker does for its clients, for a transport that knows nothing of users: a session is its user's, and
 * nobody gets what the rules in force do not let him have, whether it comes live, was queued, or is offered again.
 *
 * <p>At the engine a user's session has another name, so that no other user, at this server or at another before the same
 * engine, can resume, take over or end it.
 */
public final class OwnedSessions extends ForwardingTransport {
    private final Authorizer authorizer;
    private final AtomicLong withheld = new AtomicLong();

    public OwnedSessions(Transport transport, Authorizer authorizer) {
        super(transport);
        this.authorizer = authorizer;
    }

    /** Deliveries that their receivers had no right to. */
    public long withheldCount() {
        return withheld.get();
    }

    /** One to one: the length tells where the user's name ends, and no anonymous client's id begins like a user's. */
    static String nameAtEngine(Principal principal, String name) {
        if (principal.anonymous()) {
            return name.startsWith("@") ? "@:" + name : name;
        }
        return "@" + principal.name().length() + ":" + principal.name() + ":" + name;
    }

    @Override
    public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
        RightfulSubscriber rightful = new RightfulSubscriber(
                subscriber, options.principal(), new ReceiveRights(authorizer), withheld::incrementAndGet);
        SessionOptions owned = options.withName(nameAtEngine(options.principal(), options.name()));
        return inner().open(owned, lane, rightful).thenApply(session -> {
            rightful.session(session);
            return new OwnedSession(session, options.name());
        });
    }

    /** Under the name that its client knows. */
    private static final class OwnedSession extends ForwardingSession {
        private final String name;

        OwnedSession(Session session, String name) {
            super(session);
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }
    }
}
