package io.signalbox.client;

import io.signalbox.client.connection.ConnectionState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a client stands, in figures.
 *
 * @param pendingMessages published, and not answered for by the server
 * @param refusedMessages kept until they are removed or sent again
 * @param heldUp nothing is sent, because refused messages have no more room
 * @param refusedForNowSince when messages were refused for the moment that still are, as by a server that is full; they
 *     are tried again until they are taken; null: none are
 * @param acknowledged since the client was made
 * @param expired messages whose time was over before they could be sent
 * @param received messages that came
 * @param reconnects connections after the first
 * @param gaps ranges of the spool's disk that could not be read back
 */
public record ClientStatus(
        ConnectionState connection,
        long pendingMessages,
        long pendingBytes,
        int refusedMessages,
        boolean heldUp,
        @Nullable Instant refusedForNowSince,
        long acknowledged,
        long expired,
        long received,
        long reconnects,
        long gaps) {}
