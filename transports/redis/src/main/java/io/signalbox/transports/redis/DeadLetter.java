package io.signalbox.transports.redis;

import io.signalbox.message.Message;

/**
 * A message that could not be delivered.
 *
 * @param id of its entry
 * @param deaths oldest first, one for each source and reason, as a JSON array of objects with {@code source}, {@code
 *     reason}, {@code count}, {@code first} and {@code last} (epoch milliseconds), {@code detail} and {@code attempts}
 */
public record DeadLetter(String id, Message message, String deaths) {}
