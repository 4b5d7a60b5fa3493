package io.signalbox.cli;

import io.signalbox.cli.link.Incoming;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a message is printed: mosquitto_sub's format string (its manual, "Output format"). Read once; {@code %} is
 * something of the message, {@code @} something of the time, and {@code \} an escape.
 */
final class MessageFormat {
    private static final String PARAMETERS = "ACDEFIjJlmpPqRrStUxX";
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssZ", Locale.ROOT);
    private static final String ESCAPES = "\\0aenrtv";
    private static final String ESCAPED = "\\\0\u0007\u001b\n\r\t\u000b";
    private static final int WIDTH_MAX = 10_000;

    private final List<Piece> pieces = new ArrayList<>();

    /** A part of a line. */
    private interface Piece {
        byte[] of(Incoming message, ZonedDateTime received);
    }

    /** @param most characters; negative: no limit */
    private record Field(char what, boolean zeros, boolean left, int least, int most) implements Piece {
        @Override
        public byte[] of(Incoming message, ZonedDateTime received) {
            if (what == 'p' && least == 0) {
                return message.payload();
            }
            if (what == 'D') {
                byte[] correlation = message.properties().correlation();
                return correlation == null ? new byte[0] : correlation;
            }
            String text = text(message, received);
            if (most >= 0 && text.length() > most) {
                text = text.substring(0, most);
            }
            String pad = (zeros && !left ? "0" : " ").repeat(Math.max(0, least - text.length()));
            return (left ? text + pad : pad + text).getBytes(StandardCharsets.UTF_8);
        }

        private String text(Incoming message, ZonedDateTime received) {
            return switch (what) {
                case 'C' -> orEmpty(message.properties().contentType());
                case 'E' ->
                    message.properties().expirySeconds() < 0
                            ? ""
                            : Long.toString(message.properties().expirySeconds());
                case 'F' -> {
                    Boolean utf8 = message.properties().utf8();
                    yield utf8 == null ? "" : utf8 ? "1" : "0";
                }
                case 'I' -> ISO.format(received);
                case 'j' -> MessageJson.mosquitto(message, received, false);
                case 'J' -> MessageJson.mosquitto(message, received, true);
                case 'l' -> Integer.toString(message.payload().length);
                case 'p' -> new String(message.payload(), StandardCharsets.UTF_8);
                case 'P' ->
                    message.properties().user().stream()
                            .map(property -> property.name() + ":" + property.value())
                            .collect(Collectors.joining(" "));
                case 'q' -> Integer.toString(message.qos());
                case 'R' -> orEmpty(message.properties().responseTopic());
                case 'r' -> message.retain() ? "1" : "0";
                case 't' -> message.topic();
                case 'U' -> String.format(Locale.ROOT, "%d.%09d", received.toEpochSecond(), received.getNano());
                case 'x' -> HexFormat.of().formatHex(message.payload());
                case 'X' -> HexFormat.of().withUpperCase().formatHex(message.payload());
                default -> "";
            };
        }

        private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
            return text == null ? "" : text;
        }
    }

    private MessageFormat() {}

    /** @throws IllegalArgumentException naming what is wrong, and where */
    static MessageFormat of(String text) {
        MessageFormat format = new MessageFormat();
        StringBuilder literal = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '%' && c != '@' && c != '\\') {
                literal.append(c);
                i++;
                continue;
            }
            if (i + 1 == text.length()) {
                throw wrong(text, i, "it ends with a single " + c);
            }
            char next = text.charAt(i + 1);
            if (c == '\\') {
                int escape = ESCAPES.indexOf(next);
                if (escape < 0) {
                    throw wrong(text, i, "\\" + next + " is none of \\\\ \\0 \\a \\e \\n \\r \\t \\v");
                }
                literal.append(ESCAPED.charAt(escape));
                i += 2;
            } else if (next == c) {
                literal.append(c);
                i += 2;
            } else {
                format.literal(literal);
                i = c == '@' ? format.time(text, i + 1) : format.field(text, i + 1);
            }
        }
        format.literal(literal);
        return format;
    }

    private void literal(StringBuilder literal) {
        if (!literal.isEmpty()) {
            byte[] bytes = literal.toString().getBytes(StandardCharsets.UTF_8);
            literal.setLength(0);
            pieces.add((message, received) -> bytes);
        }
    }

    /** Java's letters for times are those of strftime, but for a few that it does not have. */
    private int time(String text, int at) {
        char letter = text.charAt(at);
        String pattern = "%1$t" + letter;
        try {
            String unused = String.format(Locale.ROOT, pattern, ZonedDateTime.now());
        } catch (IllegalFormatException e) {
            throw wrong(text, at, "@" + letter + " is no part of a time");
        }
        pieces.add((message, received) ->
                String.format(Locale.ROOT, pattern, received).getBytes(StandardCharsets.UTF_8));
        return at + 1;
    }

    private int field(String text, int begin) {
        int at = begin;
        boolean zeros = false;
        boolean left = false;
        while (at < text.length() && (text.charAt(at) == '0' || text.charAt(at) == '-')) {
            zeros |= text.charAt(at) == '0';
            left |= text.charAt(at) == '-';
            at++;
        }
        int end = digits(text, at);
        int least = number(text, at, end, 0);
        int most = -1;
        if (end < text.length() && text.charAt(end) == '.') {
            at = end + 1;
            end = digits(text, at);
            most = number(text, at, end, 0);
        }
        if (end == text.length() || PARAMETERS.indexOf(text.charAt(end)) < 0) {
            throw wrong(text, begin - 1, "after % there must be one of " + PARAMETERS);
        }
        char what = text.charAt(end);
        if (what == 'A' || what == 'm' || what == 'S') {
            throw wrong(text, end, "%" + what + " is not told by the MQTT library used here; leave it out");
        }
        pieces.add(new Field(what, zeros, left, least, most));
        return end + 1;
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static int number(String text, int begin, int end, int fallback) {
        if (begin == end) {
            return fallback;
        }
        int number = end - begin > 6 ? Integer.MAX_VALUE : Integer.parseInt(text.substring(begin, end));
        if (number > WIDTH_MAX) {
            throw wrong(text, begin, "the width is more than " + WIDTH_MAX);
        }
        return number;
    }

    private static IllegalArgumentException wrong(String text, int at, String what) {
        return new IllegalArgumentException(
                "the format '" + text + "' is wrong at character " + (at + 1) + ": " + what);
    }

    byte[] line(Incoming message, ZonedDateTime received) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (Piece piece : pieces) {
            line.writeBytes(piece.of(message, received));
        }
        return line.toByteArray();
    }
}
