package io.signalbox.bus.middleware;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rejects messages that break their own Jakarta Validation constraints, with all violations in one text. Needs
 * {@code jakarta.validation:jakarta.validation-api} and an implementation of it on the class path.
 */
public final class Validation implements CommandMiddleware<Object>, EventMiddleware<Object> {
    private final Validator validator;

    public Validation(Validator validator) {
        this.validator = validator;
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        check(call.command());
        return next.proceed(call);
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        check(call.event());
        next.proceed(call);
    }

    private void check(Object message) {
        Set<ConstraintViolation<Object>> violations = validator.validate(message);
        if (!violations.isEmpty()) {
            String all = violations.stream()
                    .map(violation -> violation.getPropertyPath() + " " + violation.getMessage())
                    .sorted()
                    .collect(Collectors.joining("; "));
            throw new RejectedMessageException(
                    Reason.INVALID, message.getClass().getSimpleName() + " is not valid: " + all);
        }
    }
}
