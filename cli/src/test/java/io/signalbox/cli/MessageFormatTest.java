package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.cli.link.Incoming;
import io.signalbox.cli.link.PublishProperties;
import io.signalbox.cli.link.UserProperty;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFormatTest {
    private static final ZonedDateTime TIME =
            ZonedDateTime.of(2026, 1, 31, 12, 5, 9, 123_456_789, ZoneOffset.ofHours(1));

    private static final Incoming MESSAGE = message("{\"a\":1}");

    private static Incoming message(String payload) {
        return new Incoming(
                "a/b",
                payload.getBytes(StandardCharsets.UTF_8),
                1,
                true,
                new PublishProperties(
                        60,
                        true,
                        "text/plain",
                        "r",
                        new byte[] {'c'},
                        List.of(new UserProperty("k", "v"), new UserProperty("l", "w"))),
                () -> {});
    }

    private static String line(String format, Incoming message) {
        return new String(MessageFormat.of(format).line(message, TIME), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "%t %p|a/b {\"a\":1}",
                "%q%r%l|117",
                "%C %R %D %E %F|text/plain r c 60 1",
                "%P|k:v l:w",
                "%x %X|7b2261223a317d 7B2261223A317D",
                "%%@@|%@",
                "[%5t][%-5t][%1.1t]|[  a/b][a/b  ][a]",
                "[%04l]|[0007]",
                "%I|2026-01-31T12:05:09+0100",
                "%U|1769857509.123456789",
                "@Y-@m-@d @H:@M:@S.@N|2026-01-31 12:05:09.123456789",
                "\\\\\\t\\e|\\\t\u001b",
            })
    void aFormatIsReadAsMosquittoReadsIt(String format, String expected) {
        assertThat(line(format, MESSAGE)).isEqualTo(expected);
    }

    @Test
    void jsonIsThatOfMosquitto() {
        assertThat(line("%j", MESSAGE))
                .isEqualTo("{\"tst\":\"2026-01-31T12:05:09.123456+0100\",\"topic\":\"a/b\",\"qos\":1,\"retain\":1,"
                        + "\"payloadlen\":7,\"payload\":\"{\\\"a\\\":1}\"}");
        assertThat(line("%J", MESSAGE)).endsWith("\"payload\":{\"a\":1}}");
    }

    @Test
    void aPayloadThatIsNotJsonDoesNotBreakTheLineOfJson() {
        assertThat(Json.object(line("%J", message("not json")))).containsEntry("payload", "not json");
        assertThat(Json.object(line("%J", message("1} {")))).containsEntry("payload", "1} {");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%y", "%S", "\\q", "@", "@?", "%5", "%99999999t", "tail\\"})
    void aWrongFormatIsRefusedWithItsPlace(String format) {
        assertThatThrownBy(() -> MessageFormat.of(format))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is wrong at character");
    }
}
