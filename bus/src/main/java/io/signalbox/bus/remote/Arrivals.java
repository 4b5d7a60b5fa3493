package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import java.util.concurrent.CompletionStage;

/** Where what arrives goes: the bus of this process. */
public interface Arrivals {
    /** @param event its completion is told when it is settled */
    PublishResult event(Envelope<?> event);

    CompletionStage<CommandResult<Object>> command(Envelope<?> command);

    /** An event that was accepted and that the transport refused afterwards. */
    void lost(Envelope<?> event, Reason reason, String detail);
}
