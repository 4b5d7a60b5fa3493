package io.signalbox.broker.deadletter;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetter.Death;
import io.signalbox.message.Headers;
import java.util.Locale;

/**
 * What a message that is driven back to life says of its deaths, to receivers in every protocol: under names that AMQP 1.0
 * carries as message annotations (3.2.10), after those that RabbitMQ has.
 */
final class DeathHeaders {
    static final String FIRST_REASON = "x-opt-first-death-reason";
    static final String FIRST_SOURCE = "x-opt-first-death-source";
    static final String LAST_REASON = "x-opt-last-death-reason";
    static final String LAST_SOURCE = "x-opt-last-death-source";

    /** Over all reasons. */
    static final String COUNT = "x-opt-death-count";

    private static final String[] ALL = {FIRST_REASON, FIRST_SOURCE, LAST_REASON, LAST_SOURCE, COUNT};

    private DeathHeaders() {}

    /** In the place of those that it has: it may have died before. */
    static Headers with(Headers headers, DeadLetter letter) {
        Headers told = headers;
        for (String name : ALL) {
            told = told.without(name);
        }
        if (letter.deaths().isEmpty()) {
            return told;
        }
        Death first = letter.deaths().getFirst();
        Death last = first;
        int count = 0;
        for (Death death : letter.deaths()) {
            last = death.lastMillis() >= last.lastMillis() ? death : last;
            count += death.count();
        }
        return told.with(FIRST_REASON, reason(first))
                .with(FIRST_SOURCE, first.source())
                .with(LAST_REASON, reason(last))
                .with(LAST_SOURCE, last.source())
                .with(COUNT, Integer.toString(count));
    }

    private static String reason(Death death) {
        return death.reason().name().toLowerCase(Locale.ROOT);
    }
}
