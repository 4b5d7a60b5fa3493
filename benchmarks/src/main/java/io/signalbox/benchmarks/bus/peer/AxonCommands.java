package io.signalbox.benchmarks.bus.peer;

import java.util.List;
import java.util.Objects;
import org.axonframework.messaging.commandhandling.CommandResultMessage;
import org.axonframework.messaging.commandhandling.GenericCommandMessage;
import org.axonframework.messaging.commandhandling.GenericCommandResultMessage;
import org.axonframework.messaging.commandhandling.SimpleCommandBus;
import org.axonframework.messaging.core.EmptyApplicationContext;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.core.MessageType;
import org.axonframework.messaging.core.unitofwork.SimpleUnitOfWorkFactory;

/** Axon Framework's SimpleCommandBus, without interceptors; its handler runs on the caller's thread. */
final class AxonCommands implements CommandBus {
    private static final MessageType TYPE = new MessageType(Sum.class);
    private static final MessageType ANSWER_TYPE = new MessageType(Integer.class);

    private final SimpleCommandBus bus =
            new SimpleCommandBus(new SimpleUnitOfWorkFactory(EmptyApplicationContext.INSTANCE), List.of());

    AxonCommands() {
        bus.subscribe(TYPE.qualifiedName(), (message, context) -> {
            Sum command = (Sum) Objects.requireNonNull(message.payload());
            return MessageStream.just(new GenericCommandResultMessage(ANSWER_TYPE, command.answer()));
        });
    }

    @Override
    public int execute(Sum command) {
        CommandResultMessage answer =
                bus.dispatch(new GenericCommandMessage(TYPE, command), null).join();
        return (Integer) Objects.requireNonNull(answer.payload());
    }

    @Override
    public void close() {}
}
