package io.signalbox.bus.remote;

import io.signalbox.bus.message.Command;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** What a class of command is answered with, as its declaration says: {@code implements Command<UserId>}. */
final class AnswerType {
    private AnswerType() {}

    /** Object, for a class that leaves it open. */
    static Type of(Class<?> command) {
        for (@Nullable Class<?> at = command; at != null; at = at.getSuperclass()) {
            for (Type each : at.getGenericInterfaces()) {
                if (each instanceof ParameterizedType generic && generic.getRawType() == Command.class) {
                    return generic.getActualTypeArguments()[0];
                }
            }
        }
        return Object.class;
    }
}
