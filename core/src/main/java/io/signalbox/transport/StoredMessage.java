package io.signalbox.transport;

import io.signalbox.message.Message;

/**
 * A message of the past.
 *
 * @param sequence its number in the log; 0 when it was kept in memory alone
 * @param timeMillis when the broker took it
 */
public record StoredMessage(long sequence, long timeMillis, Message message) {}
