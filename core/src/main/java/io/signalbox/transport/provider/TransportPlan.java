package io.signalbox.transport.provider;

import io.signalbox.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A transport that is configured and not open. Looking at it changes nothing at its server. */
public interface TransportPlan {
    /** Names of the transports that it is made of. */
    default List<String> parts() {
        return List.of();
    }

    /** How many answers of those a publish may have to wait for, one after the other. */
    default int answersInTurn() {
        return 1;
    }

    /** Host and port, or folder, for texts that anybody may read; empty if it is made of others, or in memory. */
    String endpoint();

    /** Whether a server of its own may be absent or silent, so that opening it may be given up for the time being. */
    default boolean hasServer() {
        return false;
    }

    /**
     * Asks its server who it is.
     *
     * @param timeout the longest that connecting may take, and answering
     * @return null if there is no server to ask
     * @throws Exception if it does not answer, or not as such a server does
     */
    default @Nullable ServerAnswer probe(Duration timeout) throws Exception {
        return null;
    }

    /**
     * What it promises once it is open.
     *
     * @param parts what the transports promise that it is made of, by name
     * @param timeout the longest that its server may be asked, if what it promises depends on that; ZERO: ask nobody
     */
    Promise promise(Map<String, Promise> parts, Duration timeout);

    /**
     * Opens it.
     *
     * @throws io.signalbox.error.SignalboxException BUSY if its server cannot be reached, and that is to fail
     * @throws IOException if its files cannot be used
     */
    Transport open(Surroundings surroundings) throws IOException;
}
