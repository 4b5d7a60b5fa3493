package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.MessageCodec;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The result of a command as a message, and back. An error crosses as its class name and text, never as an object. */
final class Reply {
    private static final String STATUS = "sb-status";
    private static final String ERROR = "sb-error";
    private static final String ATTEMPTS = "sb-attempts";
    private static final String DEAD_LETTER = "sb-dead-letter";
    private static final String REASON = "sb-reason";
    private static final String ASKED = "sb-asked";
    private static final String RETRY_AFTER = "sb-retry-after-millis";

    private Reply() {}

    /** Tells whoever asks a query how many answers to expect from here. */
    static Message asking(int handlers, Message head, MessageCodec codec) {
        return sealed(with(head, head.properties().toBuilder().header(ASKED, Integer.toString(handlers))), codec);
    }

    /**
     * 0: it is an answer.
     *
     * @throws CodecException if it may not be read
     */
    static int asked(Message message, MessageCodec codec) {
        String asked = message.properties().headers().get(ASKED);
        if (asked == null) {
            return 0;
        }
        codec.open(message);
        return Integer.parseInt(asked);
    }

    /**
     * A result that cannot be written becomes a failure that says so.
     *
     * @param head where the reply goes and who it is from; what is told goes into its headers and payload
     */
    static Message of(CommandResult<?> result, Message head, MessageCodec codec) {
        try {
            return write(result, head, codec);
        } catch (RuntimeException | StackOverflowError cannotBeWritten) {
            return write(new CommandResult.Failure<>(cannotBeWritten, 1, null), head, codec);
        }
    }

    private static Message write(CommandResult<?> result, Message head, MessageCodec codec) {
        MessageProperties.Builder properties = head.properties().toBuilder();
        @Nullable
        Object told = switch (result) {
            case CommandResult.Success<?>(Object value) -> {
                properties.header(STATUS, "success");
                yield value;
            }
            case CommandResult.Failure<?> failure -> {
                properties
                        .header(STATUS, "failure")
                        .header(ERROR, failure.error().getClass().getName())
                        .header(ATTEMPTS, Integer.toString(failure.attempts()));
                if (failure.deadLetterId() != null) {
                    properties.header(DEAD_LETTER, failure.deadLetterId());
                }
                yield String.valueOf(failure.error().getMessage());
            }
            case CommandResult.Rejected<?> rejected -> {
                properties
                        .header(STATUS, "rejected")
                        .header(REASON, rejected.reason().code());
                if (rejected.retryAfter() != null) {
                    properties.header(
                            RETRY_AFTER, Long.toString(rejected.retryAfter().toMillis()));
                }
                yield rejected.detail();
            }
        };
        Message named = with(head, properties);
        return result instanceof CommandResult.Success
                ? codec.encode(named, told)
                : text(named, String.valueOf(told), codec);
    }

    private static Message with(Message head, MessageProperties.Builder properties) {
        return head.toBuilder().properties(properties.build()).build();
    }

    /** In the codec's format, since it may encrypt; a format that has no texts may be one of several that it knows. */
    private static Message text(Message head, String text, MessageCodec codec) {
        try {
            return codec.encode(head, text);
        } catch (RuntimeException noTexts) {
            Message plain = with(head, head.properties().toBuilder().contentType("text/plain"));
            try {
                return codec.encode(plain, text);
            } catch (RuntimeException notKnown) {
                // The headers tell what happened; the text may be a secret, so it does not go without the codec.
                return sealed(head, codec);
            }
        }
    }

    /** What cannot be sealed goes as it is: who asks for a seal refuses it, and does not wait in vain. */
    private static Message sealed(Message message, MessageCodec codec) {
        try {
            return codec.seal(message);
        } catch (RuntimeException cannotBeSealed) {
            return message;
        }
    }

    /** Opened before it is looked at: whether there is a text only its sender may say. */
    private static String text(Message message, MessageCodec codec) {
        return codec.open(message).payload().length == 0 ? "" : String.valueOf(codec.decode(message, String.class));
    }

    /**
     * @throws IllegalArgumentException if it is no reply
     * @throws CodecException if it is none of that type, or may not be read
     */
    static CommandResult<?> read(Message message, Type answer, MessageCodec codec) {
        String status = message.properties().headers().get(STATUS);
        return switch (status == null ? "" : status) {
            case "success" -> new CommandResult.Success<>(codec.decode(message, answer));
            case "failure" ->
                new CommandResult.Failure<>(
                        error(header(message, ERROR), text(message, codec)),
                        Integer.parseInt(header(message, ATTEMPTS)),
                        message.properties().headers().get(DEAD_LETTER));
            case "rejected" -> {
                String retryAfter = message.properties().headers().get(RETRY_AFTER);
                yield new CommandResult.Rejected<>(
                        Reason.ofCode(header(message, REASON)),
                        text(message, codec),
                        retryAfter == null ? null : Duration.ofMillis(Long.parseLong(retryAfter)));
            }
            default -> throw new IllegalArgumentException("a reply has no status '" + status + "'");
        };
    }

    /** Time that was up there is time that is up here: both watch one deadline, and either may be first to say so. */
    private static Throwable error(String errorClass, String text) {
        return errorClass.equals(TimeoutException.class.getName())
                ? new TimeoutException(text)
                : new RemoteFailureException(errorClass, text);
    }

    private static String header(Message message, String name) {
        String value = message.properties().headers().get(name);
        if (value == null) {
            throw new IllegalArgumentException("the reply lacks the header '" + name + "'");
        }
        return value;
    }
}
