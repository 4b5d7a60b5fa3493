package io.signalbox.bus.remote;

import io.signalbox.bus.codec.Codec;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
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
    static Message asking(int handlers, Topic replyTo, byte @Nullable [] correlation) {
        return Message.to(replyTo)
                .properties(MessageProperties.builder()
                        .kind(MessageKind.RESPONSE)
                        .correlation(correlation)
                        .headers(Headers.of(ASKED, Integer.toString(handlers)))
                        .build())
                .build();
    }

    /** 0: it is an answer. */
    static int asked(Message message) {
        String asked = message.properties().headers().get(ASKED);
        return asked == null ? 0 : Integer.parseInt(asked);
    }

    /** A result that cannot be written becomes a failure that says so. */
    static Message of(CommandResult<?> result, Topic replyTo, byte @Nullable [] correlation, Codec codec) {
        try {
            return write(result, replyTo, correlation, codec);
        } catch (IllegalArgumentException cannotBeWritten) {
            return write(new CommandResult.Failure<>(cannotBeWritten, 1, null), replyTo, correlation, codec);
        }
    }

    private static Message write(CommandResult<?> result, Topic replyTo, byte @Nullable [] correlation, Codec codec) {
        MessageProperties.Builder properties = MessageProperties.builder()
                .kind(MessageKind.RESPONSE)
                .correlation(correlation)
                .contentType(codec.contentType());
        byte[] payload = switch (result) {
            case CommandResult.Success<?>(Object value) -> {
                properties.header(STATUS, "success");
                yield codec.encode(value);
            }
            case CommandResult.Failure<?> failure -> {
                properties
                        .header(STATUS, "failure")
                        .header(ERROR, failure.error().getClass().getName())
                        .header(ATTEMPTS, Integer.toString(failure.attempts()));
                if (failure.deadLetterId() != null) {
                    properties.header(DEAD_LETTER, failure.deadLetterId());
                }
                yield WireForm.bytes(String.valueOf(failure.error().getMessage()));
            }
            case CommandResult.Rejected<?> rejected -> {
                properties
                        .header(STATUS, "rejected")
                        .header(REASON, rejected.reason().code());
                if (rejected.retryAfter() != null) {
                    properties.header(
                            RETRY_AFTER, Long.toString(rejected.retryAfter().toMillis()));
                }
                yield WireForm.bytes(rejected.detail());
            }
        };
        return Message.to(replyTo)
                .payload(payload)
                .properties(properties.build())
                .build();
    }

    /** @throws IllegalArgumentException if it is no reply, or none of that type */
    static CommandResult<?> read(Message message, Type answer, Codec codec) {
        String status = message.properties().headers().get(STATUS);
        return switch (status == null ? "" : status) {
            case "success" -> new CommandResult.Success<>(codec.decode(message.payload(), answer));
            case "failure" ->
                new CommandResult.Failure<>(
                        error(header(message, ERROR), WireForm.text(message.payload())),
                        Integer.parseInt(header(message, ATTEMPTS)),
                        message.properties().headers().get(DEAD_LETTER));
            case "rejected" -> {
                String retryAfter = message.properties().headers().get(RETRY_AFTER);
                yield new CommandResult.Rejected<>(
                        Reason.ofCode(header(message, REASON)),
                        WireForm.text(message.payload()),
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
