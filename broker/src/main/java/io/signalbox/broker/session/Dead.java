package io.signalbox.broker.session;

import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.message.Message;

/**
 * A delivery that is given up.
 *
 * @param count failed deliveries, this one included
 * @param firstMillis of them; 0: this is the first
 * @param position in the log; 0 when it is in memory alone
 * @param logged the log says that it is owed
 */
public record Dead(
        DeathReason reason,
        String error,
        int count,
        long firstMillis,
        Message message,
        long sequence,
        long position,
        boolean logged) {}
