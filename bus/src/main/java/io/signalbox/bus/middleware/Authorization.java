package io.signalbox.bus.middleware;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.MessageType;
import io.signalbox.bus.message.Reason;
import io.signalbox.topic.Topic;
import java.util.function.Function;

/**
 * Asks the same authorizer that the gateways ask: may the sender publish to the topic of this type? Who the sender is,
 * the application says; the envelope's {@code from} alone proves nothing. Whoever is not known is anonymous, and an
 * authorizer that fails lets nobody through.
 */
public final class Authorization implements CommandMiddleware<Object>, EventMiddleware<Object> {
    private final Authorizer authorizer;
    private final Function<Envelope<?>, Principal> sender;

    public Authorization(Authorizer authorizer, Function<Envelope<?>, Principal> sender) {
        this.authorizer = authorizer;
        this.sender = sender;
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        check(call.envelope(), call.command());
        return next.proceed(call);
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        check(call.envelope(), call.event());
        next.proceed(call);
    }

    private void check(Envelope<?> envelope, Object message) {
        Topic topic = MessageType.of(message.getClass()).topic();
        Principal who = sender.apply(envelope);
        if (!authorizer.mayPublish(who, topic)) {
            throw new RejectedMessageException(
                    Reason.NOT_AUTHORIZED,
                    (who.anonymous() ? "an anonymous sender" : "'" + who.name() + "'") + " may not send "
                            + message.getClass().getSimpleName() + " (topic " + topic.text() + ")");
        }
    }
}
