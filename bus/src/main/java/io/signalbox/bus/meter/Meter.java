package io.signalbox.bus.meter;

/** Every meter of the bus: the name as it is exported, and what it counts. */
public enum Meter {
    EVENTS_PUBLISHED("events_published_total", "events that anybody published, refused and unheard ones included"),
    EVENTS_PROCESSED("events_processed_total", "events that all of their handlers have handled"),
    EVENTS_FAILED("events_failed_total", "events of which a handler failed for good: there is a dead letter"),
    EVENTS_REFUSED("events_refused_total", "events that were not let in, by reason"),
    EVENTS_DROPPED("events_dropped_total", "events that were let in and given up, by reason"),
    COMMANDS_SENT("commands_sent_total", "commands that anybody sent"),
    COMMANDS_PROCESSED("commands_processed_total", "commands that succeeded"),
    COMMANDS_FAILED("commands_failed_total", "commands whose handler failed or did not end in time"),
    COMMANDS_REJECTED("commands_rejected_total", "commands that reached no handler, by reason"),
    EVENT_DURATION("event_processing_duration_seconds", "how long handlers of events took, by type and handler"),
    COMMAND_DURATION("command_processing_duration_seconds", "how long handlers of commands took, by type and handler"),
    QUEUE_SIZE("queue_size", "events that wait in queues"),
    BACKPRESSURE_ACTIVE("backpressure_active", "types whose publishers are being held back or refused"),
    CIRCUIT_BREAKER_STATE("circuit_breaker_state", "0 closed, 1 half open, 2 open, 3 anything else, by dependency"),
    DEAD_LETTERS_DROPPED("dead_letters_dropped_total", "dead letters that gave way to later ones, by reason"),
    DEAD_LETTER_QUEUE_SIZE("dead_letter_queue_size", "dead letters that wait for somebody"),
    ACTIVE_SESSIONS("active_sessions", "open sessions"),
    REGISTERED_HANDLERS("registered_handlers", "handlers of the bus and of its sessions");

    private final String exportedName;
    private final String meaning;

    Meter(String exportedName, String meaning) {
        this.exportedName = exportedName;
        this.meaning = meaning;
    }

    public String exportedName() {
        return exportedName;
    }

    public String meaning() {
        return meaning;
    }
}
