package io.signalbox.busjdbc;

import org.jspecify.annotations.Nullable;

/**
 * A message of the outbox that will never be taken, and holds back those of its key behind it.
 *
 * @param number of its row
 * @param key its ordering key; null: it holds back nothing
 * @param reason code and text of the refusal
 */
public record SetAside(long number, String topic, @Nullable String key, String reason) {}
