package io.signalbox.testkit.contract;

import io.signalbox.message.Message;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One empty place where a transport keeps its data, for one test. The contract opens a transport there, one at a time,
 * closes it or lets it crash, and opens it again.
 */
public interface TransportFixture extends AutoCloseable {
    /** Opens a transport on what earlier ones of this fixture left. */
    Transport open() throws Exception;

    /**
     * Ends the transport as a crash of its process does: nothing is flushed, nobody is told. The contract does not use
     * it afterwards.
     *
     * @return false if this fixture cannot; the tests that need it are skipped
     */
    default boolean crash(Transport transport) throws Exception {
        return false;
    }

    /**
     * Lets time pass for the transport: moves its clock, or waits if it has none that can be moved. The transport has
     * to notice by itself, soon, not before this returns.
     */
    void advance(Duration step) throws Exception;

    /** The dead letters, oldest first; null if this fixture has no way to look. */
    default @Nullable List<Message> deadLetters(Transport transport) throws Exception {
        return null;
    }

    /** Do sessions tell what they are {@linkplain io.signalbox.transport.Session#subscriptions() subscribed} to? */
    default boolean tellsSubscriptions() {
        return true;
    }

    /** How long a test waits for something that must happen before it fails. */
    default Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** Deletes the data. The transport is closed by then. */
    @Override
    default void close() throws Exception {}
}
