package io.signalbox.gateway.amqp.connection;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import org.apache.qpid.protonj2.engine.Connection;
import org.apache.qpid.protonj2.engine.EngineHandler;
import org.apache.qpid.protonj2.engine.EngineHandlerContext;
import org.apache.qpid.protonj2.engine.exceptions.EngineFailedException;

/** Names the error of an engine that fails: left alone it closes the connection with one that has no condition. */
final class FailureCondition implements EngineHandler {
    private final Connection connection;

    FailureCondition(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void engineFailed(EngineHandlerContext context, EngineFailedException failure) {
        if (connection.getCondition() == null) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            Condition condition = cause instanceof Violation violation ? violation.condition() : Condition.NOT_ALLOWED;
            connection.setCondition(condition.error(String.valueOf(cause.getMessage())));
        }
        context.fireFailed(failure);
    }
}
