package io.signalbox.bus;

import io.signalbox.bus.deadletter.DeadLetters;
import io.signalbox.bus.ledger.Ledger;
import io.signalbox.transport.Transport;
import java.util.Optional;

/**
 * A typed message bus. Instances are independent of each other; there is no global one.
 *
 * <pre>{@code
 * record CreateUser(String name) implements Command<UserId> {}
 * record UserCreated(UserId id) implements Event {}
 *
 * try (Bus bus = Bus.create()) {
 *     bus.subscribe(UserCreated.class, event -> greet(event.id()));
 *     bus.handle(CreateUser.class, command -> {
 *         UserId id = users.add(command.name());
 *         bus.publish(new UserCreated(id));
 *         return id;
 *     });
 *     UserId id = bus.execute(new CreateUser("alice")).orElseThrow();
 * }
 * }</pre>
 */
public interface Bus extends Endpoint, AutoCloseable {
    /** A bus in this process, with the defaults of {@link #builder()}. */
    static Bus create() {
        return builder().build();
    }

    /**
     * A bus over a transport: the same handlers, and types annotated with {@code @Message} go everywhere. The caller
     * keeps the transport and closes it after the bus.
     */
    static BusBuilder over(Transport transport) {
        return new BusBuilder().transport(transport);
    }

    static BusBuilder builder() {
        return new BusBuilder();
    }

    String name();

    /** An open session by its id. */
    Optional<Session> findSession(String id);

    DeadLetters deadLetters();

    Ledger ledger();

    BusStatus status();

    /**
     * Closes all sessions, takes nothing more (publishers are refused with {@code closed}, commands rejected), ends
     * what was accepted, and at the latest after the drain timeout makes dead letters of events that are left and
     * failures of commands that are. Until then handlers may send what they need to end what they have. Handlers still
     * running after it are interrupted if they have a time limit, and not waited for.
     *
     * <p>Called by a handler it returns at once, and the bus ends when its handlers have; a second call waits for that.
     */
    @Override
    void close();
}
