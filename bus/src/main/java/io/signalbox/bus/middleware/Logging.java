package io.signalbox.bus.middleware;

import io.signalbox.bus.message.CommandResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes at level DEBUG when a handler begins and how it ended: type, id, cause, session, handler; never the message
 * itself. Errors are the error handler's to log, not this one's.
 */
public final class Logging implements CommandMiddleware<Object>, EventMiddleware<Object> {
    private final Logger log;

    public Logging() {
        this(LoggerFactory.getLogger("io.signalbox.bus.messages"));
    }

    public Logging(Logger log) {
        this.log = log;
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        if (!log.isDebugEnabled()) {
            return next.proceed(call);
        }
        String type = call.command().getClass().getSimpleName();
        String id = call.envelope().id();
        log.debug(
                "command {} {} begins in '{}', cause {}",
                type,
                id,
                call.handler().name(),
                call.envelope().causationId().orElse("none"));
        try {
            CommandResult<?> result = next.proceed(call);
            log.debug("command {} {} ended: {}", type, id, result.getClass().getSimpleName());
            return result;
        } catch (Exception error) {
            log.debug("command {} {} threw {}", type, id, error.getClass().getName());
            throw error;
        }
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        if (!log.isDebugEnabled()) {
            next.proceed(call);
            return;
        }
        String type = call.event().getClass().getSimpleName();
        String id = call.envelope().id();
        log.debug(
                "event {} {} begins in '{}', cause {}",
                type,
                id,
                call.handler().name(),
                call.envelope().causationId().orElse("none"));
        try {
            next.proceed(call);
            log.debug("event {} {} ended in '{}'", type, id, call.handler().name());
        } catch (Exception error) {
            log.debug(
                    "event {} {} threw {} in '{}'",
                    type,
                    id,
                    error.getClass().getName(),
                    call.handler().name());
            throw error;
        }
    }
}
