package io.signalbox.gateway.mqtt.subscribe;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.mqtt.WireFixture;
import io.signalbox.message.Guarantee;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.StartPosition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SUBSCRIBE and UNSUBSCRIBE: MQTT 5, 3.8 to 3.11. */
public class SubscriptionsTest {
    private final WireFixture wire = new WireFixture();

    @AfterEach
    void close() {
        wire.close();
    }

    @Test
    void eachFilterGetsItsCode() {
        wire.connect3();
        String answer = wire.send(packet("82", "0001", text("a/+"), "02", text("a/#/b"), "01", text("c"), "00"));
        assertThat(answer).isEqualTo("9005 0001 02 80 00".replace(" ", ""));
        assertThat(wire.session().specs)
                .extracting(spec -> spec.filter().text() + " " + spec.guarantee())
                .containsExactly("a/+ EXACTLY_ONCE", "c AT_MOST_ONCE");
    }

    @Test
    void optionsOfFiveReachTheBroker() {
        wire.connect5();
        wire.send(packet(
                "82", "0001", properties("0b ac02"), text("a"), "2d")); // QoS 1, no local, as published, handling 2
        FilterSpec spec = wire.session().specs.getFirst();
        assertThat(spec.guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
        assertThat(spec.noLocal()).isTrue();
        assertThat(spec.retainAsPublished()).isTrue();
        assertThat(spec.retained()).isEqualTo(FilterSpec.RetainedDelivery.NONE);
        assertThat(spec.subscriptionId()).isEqualTo(300);
    }

    @Test
    void aShareGroupIsParsedFromTheFilter() {
        wire.connect5();
        wire.send(packet("82", "0001", "00", text("$share/g/a/+"), "01"));
        FilterSpec spec = wire.session().specs.getFirst();
        assertThat(spec.shareGroup()).isEqualTo("g");
        assertThat(spec.filter().text()).isEqualTo("a/+");
        assertThat(spec.retained()).isEqualTo(FilterSpec.RetainedDelivery.NONE);
    }

    @Test
    void noLocalOnASharedSubscriptionIsAProtocolError() {
        wire.connect5();
        assertThat(wire.send(packet("82", "0001", "00", text("$share/g/a"), "05")))
                .startsWith("e0")
                .contains("82");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$share/", "$share/g", "$share/g/", "$share//a", "$share/+/a", "a+", "#/a", "a/#b"})
    void badFiltersAreRefusedAlone(String filter) {
        wire.connect5();
        String answer = wire.send(packet("82", "0001", "00", text(filter), "00", text("good"), "00"));
        assertThat(answer).startsWith("90").endsWith("8f00");
        assertThat(wire.closed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"03", "40", "80", "30"})
    void reservedOptionsEndTheConnection(String options) {
        wire.connect5();
        assertThat(wire.send(packet("82", "0001", "00", text("a"), options))).startsWith("e0");
    }

    @Test
    void aSubscribeWithoutFiltersIsAProtocolError() {
        wire.connect5();
        assertThat(wire.send(packet("82", "0001", "00"))).startsWith("e0").contains("82");
        wire.open();
        wire.connect5();
        assertThat(wire.send(packet("a2", "0001", "00"))).startsWith("e0").contains("82");
    }

    @Test
    void unsubscribeTellsWhatWasThere() {
        wire.connect5();
        assertThat(wire.send(packet("a2", "0001", "00", text("a"), text("#/b"))))
                .isEqualTo("b005000100118f");
        wire.open();
        wire.connect3();
        assertThat(wire.send(packet("a2", "0001", text("a")))).isEqualTo("b0020001");
    }

    @Test
    void thePastIsAskedForByAUserProperty() {
        wire.connect5();
        wire.nowMillis = 100_000_000;
        String[] asked = {"last=100", "24h", "15m", "seq=123", "all", "topic-last", "1970-01-01T00:00:05Z"};
        for (String from : asked) {
            wire.send(packet("82", "0001", properties("26" + text("sb-from") + text(from)), text("a"), "01"));
        }
        assertThat(wire.session().specs)
                .extracting(FilterSpec::start)
                .containsExactly(
                        new StartPosition.Last(100),
                        new StartPosition.Time(100_000_000 - 86_400_000),
                        new StartPosition.Time(100_000_000 - 900_000),
                        new StartPosition.Sequence(123),
                        StartPosition.ALL,
                        StartPosition.LAST_PER_TOPIC,
                        new StartPosition.Time(5_000));
        wire.send(packet(
                "82",
                "0001",
                properties("26" + text("sb-from") + text("all"), "26" + text("sb-speed") + text("2.5")),
                text("a"),
                "01"));
        assertThat(wire.session().specs.getLast().replaySpeed()).isEqualTo(2.5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "last=", "last=0", "last=x", "last=99999999999999999999", "h", "-1h", "yesterday", "seq="})
    void aBadPastIsRefusedWithItsReason(String from) {
        wire.connect5();
        String answer =
                wire.send(packet("82", "0001", properties("26" + text("sb-from") + text(from)), text("a"), "01"));
        assertThat(answer).startsWith("90").endsWith("83");
        assertThat(answer).contains(text("").substring(0, 2)).contains("73622d66726f6d"); // names sb-from
        assertThat(wire.session().specs).isEmpty();
    }

    @Test
    void whatComesBehindASubscribeInOneSegmentIsAnsweredWithoutAnotherRead() {
        wire.connect3();
        String subscribe = packet("82", "0001", text("a"), "00");
        assertThat(wire.send(subscribe, "c000")).isEqualTo("9003000100" + "d000");
        assertThat(wire.send(subscribe, packet("82", "0002", text("#a"), "00")))
                .as("the second is refused without the broker")
                .isEqualTo("9003000100" + "9003000280");
    }

    @ParameterizedTest
    @ValueSource(strings = {"03", "04", "08", "10", "20", "40", "80"})
    void reservedBitsOf311EndTheConnection(String options) {
        wire.connect3();
        assertThat(wire.send(packet("82", "0001", text("a"), options))).isEmpty();
        assertThat(wire.closed()).isTrue();
        assertThat(wire.session().specs).isEmpty();
    }
}
