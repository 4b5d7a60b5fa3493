package io.signalbox.bus.remote;

import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Query;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** What a class of command or query is answered with, as it declares: {@code implements Command<UserId>}. */
final class AnswerType {
    private AnswerType() {}

    /** Object, for a class that leaves it open. */
    static Type of(Class<?> asking) {
        for (@Nullable Class<?> at = asking; at != null; at = at.getSuperclass()) {
            for (Type each : at.getGenericInterfaces()) {
                if (each instanceof ParameterizedType generic
                        && (generic.getRawType() == Command.class || generic.getRawType() == Query.class)) {
                    return generic.getActualTypeArguments()[0];
                }
            }
        }
        return Object.class;
    }
}
