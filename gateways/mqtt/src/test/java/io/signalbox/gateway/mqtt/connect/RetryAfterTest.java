package io.signalbox.gateway.mqtt.connect;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.error.ReasonCode;
import io.signalbox.gateway.mqtt.WireFixture;
import io.signalbox.gateway.mqtt.config.MqttConfig;
import io.signalbox.transport.Subscriber.DetachReason;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The user property {@code sb-retry-after} of CONNACK (MQTT 5, 3.2.2.3.10) and DISCONNECT (3.14.2.2.4). */
final class RetryAfterTest {
    private static final String PROPERTY = "26" + text("sb-retry-after");
    private static final MqttConfig CONFIG =
            MqttConfig.builder().retryAfterMillis(5_000).build();

    private final WireFixture wire = new WireFixture(CONFIG, Authorizer.ALLOW_ALL);

    /** Milliseconds, the last thing in a packet; -1: nothing is said. */
    private static long retryAfter(String packet) {
        int at = packet.indexOf(PROPERTY);
        if (at < 0) {
            return -1;
        }
        String value = packet.substring(at + PROPERTY.length());
        int bytes = Integer.parseInt(value.substring(0, 4), 16);
        assertThat(value).hasSize(4 + 2 * bytes);
        return Long.parseLong(new String(HexFormat.of().parseHex(value.substring(4)), StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({"BUSY, 89", "QUOTA_EXCEEDED, 97", "SESSION_LIMIT, 97", "SHUTTING_DOWN, 88"})
    void whoIsRefusedForAWhileIsToldWhenToComeBack(ReasonCode why, String reason) {
        wire.transport.noSessions = why;
        String connack = wire.send(WireFixture.CONNECT_5);
        assertThat(connack).startsWith("20").matches("20..00" + reason + ".*");
        assertThat(retryAfter(connack)).isBetween(5_000L, 9_999L);
    }

    @ParameterizedTest
    @CsvSource({"NOT_AUTHORIZED, 87", "BAD_CREDENTIALS, 86"})
    void whoIsRefusedForGoodIsNot(ReasonCode why, String reason) {
        wire.transport.noSessions = why;
        String connack = wire.send(WireFixture.CONNECT_5);
        assertThat(connack).matches("20..00" + reason + ".*");
        assertThat(retryAfter(connack)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"SHUTTING_DOWN, 8b, true", "TAKEN_OVER, 8e, false", "REVOKED, 87, false"})
    void whoIsSentAwayIsToldWhenToComeBackIfHeMay(DetachReason why, String reason, boolean told) {
        wire.connect5();
        wire.session().subscriber.onDetached(why);
        String disconnect = wire.received();
        assertThat(disconnect).matches("e0.." + reason + ".*");
        assertThat(retryAfter(disconnect) >= 5_000).isEqualTo(told);
    }

    /** The reason is that of a full quota, but the same packet would be refused again. */
    @Test
    void whoBreaksALimitIsNot() {
        String tooMany = properties(("26" + text("a") + text("b")).repeat(257));
        wire.connect5();
        String disconnect = wire.send(packet("30", text("a"), tooMany));
        assertThat(disconnect).matches("e0..97.*");
        assertThat(retryAfter(disconnect)).isEqualTo(-1);
        wire.open();
        String connack = wire.send(packet("10", "0004 4d515454 05 02 0000", tooMany, text("c")));
        assertThat(connack).matches("20..0097.*");
        assertThat(retryAfter(connack)).isEqualTo(-1);
    }

    /** Else all would come at once. */
    @Test
    void eachIsToldAnotherTime() {
        wire.transport.noSessions = ReasonCode.BUSY;
        Set<Long> told = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            wire.open();
            told.add(retryAfter(wire.send(WireFixture.CONNECT_5)));
        }
        assertThat(told)
                .hasSizeGreaterThan(50)
                .allSatisfy(millis -> assertThat(millis).isBetween(5_000L, 9_999L));
    }

    /** CONNACK of 16 bytes around its properties, and the reason's text, have room; the property has not. */
    @Test
    void nothingIsSaidThatDoesNotFitIntoThePacketThatTheClientTakes() {
        wire.transport.noSessions = ReasonCode.BUSY;
        String small = packet("10", "0004 4d515454 05 02 0000", properties("27 00000020"), text("c"));
        String connack = wire.send(small);
        assertThat(connack).matches("20..0089.*");
        assertThat(connack.length() / 2).isLessThanOrEqualTo(32);
        assertThat(retryAfter(connack)).isEqualTo(-1);
    }

    @Test
    void mqtt311HasNoWordForIt() {
        wire.transport.noSessions = ReasonCode.BUSY;
        assertThat(wire.send(WireFixture.CONNECT_3)).isEqualTo("20020003");
    }

    @Test
    void itMayBeTurnedOff() {
        try (WireFixture silent =
                new WireFixture(CONFIG.toBuilder().retryAfterMillis(0).build(), Authorizer.ALLOW_ALL)) {
            silent.transport.noSessions = ReasonCode.BUSY;
            assertThat(retryAfter(silent.send(WireFixture.CONNECT_5))).isEqualTo(-1);
        }
    }
}
