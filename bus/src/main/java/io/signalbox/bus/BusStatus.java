package io.signalbox.bus;

/**
 * What a bus looks like at this moment.
 *
 * @param linked something can come over the transport; always true without one
 * @param queuedEvents wait in queues
 * @param pendingEvents accepted and not at their end, the queued included
 * @param typesUnderPressure types whose publishers are being held back or refused
 * @param handlersWithLimitRunning handlers of events with a time limit that have not returned, in time or not
 * @param errorHandlerFailures how often the error handler itself threw
 * @param outboxSetAside messages of the outbox that the transport has refused for good since this process began; the
 *     outbox has them with their reasons
 * @param droppedEarly messages that were delivered at most once, and came before the first handler of their topic when a
 *     hundred waited for that already; what class they are nobody knew, so no line of the ledger has them
 */
public record BusStatus(
        boolean open,
        boolean linked,
        long queuedEvents,
        long pendingEvents,
        int typesUnderPressure,
        int deadLetters,
        int openSessions,
        int registeredHandlers,
        int handlersWithLimitRunning,
        long errorHandlerFailures,
        long outboxSetAside,
        long droppedEarly) {}
