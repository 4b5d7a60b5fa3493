package io.signalbox.bus.remote;

import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.deadletter.Death;
import io.signalbox.bus.deadletter.Parks;
import io.signalbox.bus.deadletter.PastErrorException;
import io.signalbox.bus.deadletter.UnreadMessage;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.MessageType;
import io.signalbox.bus.message.Reason;
import io.signalbox.codec.CodecException;
import io.signalbox.message.Headers;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as a message and back: the message that died as it would travel, and in headers what became of it. An
 * error is kept as its class name and text.
 */
final class LetterForm {
    private static final String LETTER = "sb-letter-id";
    private static final String HANDLER = "sb-letter-handler";
    private static final String ATTEMPTS = "sb-letter-attempts";
    private static final String REDRIVES = "sb-letter-redrives";
    /** Class of the message that died, if it was edited into another. */
    private static final String PARKS = "sb-letter-parks";

    private static final String SENT = "sb-letter-sent-millis";
    /** One for each: reason, count, first and last time, place in the code, class and text of the error. */
    private static final String DEATH = "sb-letter-death";

    private static final int DEATH_FIELDS = 7;
    private static final int ERROR_CHARS_MAX = 1_000;

    private final WireForm wire;

    LetterForm(WireForm wire) {
        this.wire = wire;
    }

    /** What a letter's class is known by: not the simple name, which two local classes may share. */
    private static String nameOf(Class<?> type) {
        return type.isAnnotationPresent(io.signalbox.bus.message.Message.class)
                ? MessageType.of(type).name()
                : type.getName();
    }

    private static String nameOf(Parks parks) {
        return switch (parks) {
            case Parks.Of(Class<?> type) -> nameOf(type);
            case Parks.Named(String name) -> name;
        };
    }

    /** @throws IllegalArgumentException if the codec cannot write its message */
    Message write(DeadLetter letter, Topic to) {
        Envelope<?> envelope = letter.envelope();
        Class<?> type = envelope.message().getClass();
        MessageKind kind = envelope.message() instanceof Command<?> ? MessageKind.COMMAND : MessageKind.EVENT;
        MessageProperties.Builder properties = wire.unlikeAnyOther(envelope, kind);
        Headers headers = properties
                .build()
                .headers()
                .with(LETTER, letter.id())
                .with(HANDLER, text(letter.handler()))
                .with(ATTEMPTS, Integer.toString(letter.attempts()))
                .with(REDRIVES, Integer.toString(letter.redrives()))
                .with(SENT, Long.toString(envelope.timestampMillis()));
        String parks = nameOf(letter.parks());
        if (!parks.equals(nameOf(type))) {
            headers = headers.with(PARKS, text(parks));
        }
        for (Death death : letter.deaths()) {
            headers = headers.with(DEATH, death(death));
        }
        Message head = Message.to(to)
                .retain(true)
                .properties(properties
                        .schema(nameOf(type), MessageType.of(type).version())
                        .headers(headers)
                        .build())
                .build();
        return wire.codec().encode(head, envelope.message());
    }

    private static String death(Death death) {
        Throwable error = death.error();
        return String.join(
                "&",
                death.reason().code(),
                Integer.toString(death.count()),
                Long.toString(death.firstMillis()),
                Long.toString(death.lastMillis()),
                text(death.stackHash()),
                text(error == null ? "" : nameOf(error)),
                text(error == null ? "" : shortened(messageOf(error))));
    }

    private static String nameOf(Throwable error) {
        return error instanceof PastErrorException past
                ? past.errorClass()
                : error.getClass().getName();
    }

    private static String messageOf(Throwable error) {
        String text = String.valueOf(error.getMessage());
        return error instanceof PastErrorException past
                ? text.substring(past.errorClass().length() + 2)
                : text;
    }

    private static String shortened(String text) {
        return text.length() <= ERROR_CHARS_MAX ? text : text.substring(0, ERROR_CHARS_MAX);
    }

    /** Headers bear no control characters, which errors are full of. */
    private static String text(String any) {
        return URLEncoder.encode(any, StandardCharsets.UTF_8);
    }

    private static String any(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException if it is no dead letter */
    DeadLetter read(Message message, long nowMillis) {
        Headers headers = message.properties().headers();
        String handler = any(header(headers, HANDLER));
        List<Death> deaths = new ArrayList<>();
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equals(DEATH)) {
                deaths.add(death(handler, headers.value(i)));
            }
        }
        if (deaths.isEmpty()) {
            throw new IllegalArgumentException("a dead letter without a death");
        }
        UnreadMessage unread = new UnreadMessage(
                String.valueOf(message.properties().schemaName()),
                String.valueOf(message.properties().schemaVersion()),
                message);
        String parks = headers.get(PARKS);
        Message asSent = message.toBuilder()
                .timestampMillis(Long.parseLong(header(headers, SENT)))
                .ttlMillis(0)
                .build();
        return new DeadLetter(
                header(headers, LETTER),
                WireForm.envelope(unread, asSent, null, null, nowMillis),
                handler,
                Integer.parseInt(header(headers, ATTEMPTS)),
                List.copyOf(deaths),
                Integer.parseInt(header(headers, REDRIVES)),
                new Parks.Named(parks == null ? unread.type() : any(parks)),
                true);
    }

    private static Death death(String handler, String text) {
        String[] fields = text.split("&", -1);
        if (fields.length != DEATH_FIELDS) {
            throw new IllegalArgumentException("a death has " + DEATH_FIELDS + " fields and not " + fields.length);
        }
        @Nullable Throwable error = fields[5].isEmpty() ? null : new PastErrorException(any(fields[5]), any(fields[6]));
        return new Death(
                handler,
                Reason.ofCode(fields[0]),
                Integer.parseInt(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                error,
                any(fields[4]));
    }

    private static String header(Headers headers, String name) {
        String value = headers.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a dead letter without the header '" + name + "'");
        }
        return value;
    }

    /** The letter with its message as an object, if it is one of that type, and with what it parks, if that is. */
    DeadLetter read(DeadLetter letter, Class<?> type) {
        boolean parks = letter.parks() instanceof Parks.Named(String name) && name.equals(nameOf(type));
        return withMessage(parks ? letter.withParks(type) : letter, type);
    }

    private DeadLetter withMessage(DeadLetter letter, Class<?> type) {
        if (!(letter.envelope().message() instanceof UnreadMessage unread)
                || !unread.type().equals(nameOf(type))
                || !WireForm.isReadable(unread.version(), type)) {
            return letter;
        }
        try {
            Object message = wire.payload(unread.kept(), type);
            return letter.withEnvelope(letter.envelope().withMessage(message));
        } catch (CodecException unreadable) {
            return letter;
        }
    }
}
