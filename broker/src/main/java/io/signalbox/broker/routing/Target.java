package io.signalbox.broker.routing;

import io.signalbox.transport.Match;
import org.jspecify.annotations.Nullable;

/**
 * @param match what it gets of others' messages
 * @param ownMatch what it gets of its own; null: nothing
 */
public record Target(
        Recipient recipient, Match match, @Nullable Match ownMatch) {
    public @Nullable Match matchFor(@Nullable Recipient publisher) {
        return publisher == recipient ? ownMatch : match;
    }
}
