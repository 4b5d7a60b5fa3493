package io.signalbox.client.spool;

import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;

/**
 * A message that the server will not take, kept here until the application has decided about it.
 *
 * @param sequence its number in the spool, by which it is removed or sent again
 * @param refusedAtMillis epoch milliseconds
 */
public record RefusedMessage(long sequence, Message message, Refusal refusal, long refusedAtMillis) {}
