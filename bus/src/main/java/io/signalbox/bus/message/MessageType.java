package io.signalbox.bus.message;

import io.signalbox.codec.VersionRange;
import io.signalbox.topic.Topic;
import org.jspecify.annotations.Nullable;

/**
 * How a class of message is known outside of this process: what its {@link Message} says, else its simple name,
 * version 1 and no way out.
 *
 * @param accepts range of versions that this class can be read from
 * @param topic {@code bus/} and the name, unless the annotation names another
 */
public record MessageType(String name, String version, VersionRange accepts, Topic topic, Message.Scope scope) {
    private static final ClassValue<MessageType> OF_CLASS = new ClassValue<>() {
        @Override
        protected MessageType computeValue(Class<?> type) {
            return read(type);
        }
    };

    /**
     * @throws io.signalbox.error.SignalboxException if the annotation names a topic that is none
     * @throws IllegalArgumentException if it accepts a range of versions that is none
     */
    public static MessageType of(Class<?> type) {
        return OF_CLASS.get(type);
    }

    private static MessageType read(Class<?> type) {
        @Nullable Message annotation = type.getAnnotation(Message.class);
        if (annotation == null) {
            String name = type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName();
            return new MessageType(
                    name, "1", VersionRange.parse("1"), Topic.ofMqtt("bus/" + name), Message.Scope.PROCESS);
        }
        Topic topic = annotation.topic().isEmpty()
                ? Topic.ofMqtt("bus/" + annotation.name())
                : Topic.ofNative(annotation.topic());
        return new MessageType(
                annotation.name(), annotation.version(), accepts(type, annotation), topic, annotation.scope());
    }

    private static VersionRange accepts(Class<?> type, Message annotation) {
        try {
            return VersionRange.parse(annotation.accepts().isEmpty() ? annotation.version() : annotation.accepts());
        } catch (IllegalArgumentException none) {
            throw new IllegalArgumentException("@Message of " + type.getName() + ": " + none.getMessage(), none);
        }
    }
}
