package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.Frames.AMQP_HEADER;
import static io.signalbox.gateway.amqp.Frames.ATTACH_SENDER;
import static io.signalbox.gateway.amqp.Frames.BEGIN;
import static io.signalbox.gateway.amqp.Frames.DETACH;
import static io.signalbox.gateway.amqp.Frames.OPEN;
import static io.signalbox.gateway.amqp.Frames.amqp;
import static io.signalbox.gateway.amqp.Frames.list;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpLimits;
import io.signalbox.gateway.amqp.frame.Performative;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the engine would keep of a client without end. */
class RetainedTest {
    private static final int CLOSE = 0x18;

    private EmbeddedPeer client;

    @BeforeEach
    void start() {
        client = new EmbeddedPeer(AmqpConfig.DEFAULT.withLimits(new AmqpLimits(65_536, 1_024, 65_536, 4, 8, 10, 10)));
        client.send(AMQP_HEADER, OPEN, BEGIN);
    }

    @AfterEach
    void stop() {
        client.stop();
    }

    private static boolean closes(List<Performative> answer) {
        return answer.stream().anyMatch(p -> p.code() == CLOSE);
    }

    private static boolean detaches(List<Performative> answer) {
        return answer.stream().anyMatch(p -> p.code() == Performative.DETACH);
    }

    /** One frame of a message that has more, on handle 0, with a payload of so many bytes. */
    private static String piece(int id, boolean more, int payloadBytes) {
        String number = HexFormat.of().toHexDigits(id);
        return amqp(
                0,
                "00 53 14 c0 10 06 43 70" + number + " a004" + number + " 43 42 " + (more ? "41" : "42"),
                "00".repeat(payloadBytes));
    }

    private static String attachSender(int handle, String name) {
        String hexName = HexFormat.of().formatHex(name.getBytes(StandardCharsets.US_ASCII));
        String fields = "b1" + HexFormat.of().toHexDigits(name.length()) + hexName + "52"
                + HexFormat.of().toHexDigits((byte) handle) + "42404000532845005329c00401a10174404043";
        return amqp(0, "005312" + list(10, fields));
    }

    @Test
    void aMessageThatGoesOnAfterItsLinkWasClosedEndsTheConnection() {
        client.send(ATTACH_SENDER);
        assertThat(detaches(client.send(piece(0, true, 2_000)))).isTrue();
        for (int i = 0; i < 32; i++) {
            if (closes(client.send(piece(0, true, 4_000)))) {
                return;
            }
        }
        throw new AssertionError("128,000 bytes came after the link was closed, of which 65,536 may");
    }

    @Test
    void messagesWithoutEndOnAClosedLinkEndTheConnection() {
        client.send(ATTACH_SENDER);
        assertThat(detaches(client.send(piece(0, false, 2_000)))).isTrue();
        for (int i = 1; i < 11_000; i++) {
            if (closes(client.send(
                    amqp(0, "00 53 14 c0 0c 05 43 70" + HexFormat.of().toHexDigits(i) + " a00101 43 42")))) {
                assertThat(i).as("beyond what a client may have on its way").isGreaterThan(1_000);
                return;
            }
        }
        throw new AssertionError("11,000 messages came after the link was closed");
    }

    /** On handle 0, without payload. */
    private static String transfer(int id, String settledAndMore) {
        return amqp(0, "00 53 14 c0 0d 06 43 70" + HexFormat.of().toHexDigits(id) + " a00101 43" + settledAndMore);
    }

    @Test
    void messagesThatComeLateCountAsLongAsTheirLink() {
        int id = 0;
        for (int round = 0; round < 150; round++) {
            client.send(ATTACH_SENDER);
            assertThat(detaches(client.send(piece(id++, false, 2_000)))).isTrue();
            for (int i = 0; i < 100; i++) {
                assertThat(closes(client.send(transfer(id++, "42 42"))))
                        .as("message " + id)
                        .isFalse();
            }
            client.send(DETACH);
        }
    }

    @Test
    void theEngineKeepsNoneOfThem() {
        client.send(ATTACH_SENDER);
        assertThat(detaches(client.send(piece(0, false, 2_000)))).isTrue();
        long before = LiveObjects.ofTheEngine(client);
        for (int id = 1; id < 9_000; id += 3) {
            client.send(transfer(id, "42 42"));
            client.send(transfer(id + 1, "42 41"), transfer(id + 1, "42 42"));
            client.send(transfer(id + 2, "42 41"), transfer(id + 2, "41 42"));
        }
        assertThat(LiveObjects.ofTheEngine(client) - before).isLessThan(100);
        assertThat(closes(client.send(DETACH, ATTACH_SENDER))).isFalse();
    }

    @Test
    void linksThatTheEngineMustKeepUntilTheirSessionEndsAreCounted() {
        for (int i = 0; i < 9_000; i++) {
            client.send(ATTACH_SENDER);
            // too large, and not all of it: the engine waits for the rest
            List<Performative> answer = client.send(amqp(
                    0,
                    "00 53 14 c0 0d 06 43 70" + HexFormat.of().toHexDigits(i) + " a00101 43 42 41",
                    "00".repeat(2_000)));
            if (closes(answer) || closes(client.send(DETACH))) {
                assertThat(i).isBetween(4_000, 8_192);
                return;
            }
        }
        throw new AssertionError("9,000 links are kept");
    }

    @Test
    void linksThatAreRefusedAndNotDetachedAreCounted() {
        for (int i = 0; i < 8; i++) {
            assertThat(detaches(client.send(attachSender(i, "l" + i)))).isFalse();
        }
        assertThat(detaches(client.send(attachSender(8, "l8"))))
                .as("one too many")
                .isTrue();
        client.send(amqp(0, "00 53 16 c0 04 02 5208 41"));
        for (int round = 0; round < 200; round++) {
            List<Performative> answer = client.send(attachSender(8, "again" + round));
            assertThat(detaches(answer) && !closes(answer))
                    .as("refused by itself")
                    .isTrue();
            client.send(amqp(0, "00 53 16 c0 04 02 5208 41"));
        }
    }

    @Test
    void linksThatAreRefusedAndNeverDetachedEndTheConnection() {
        client.close();
        client = new EmbeddedPeer(AmqpConfig.DEFAULT.withLimits(new AmqpLimits(65_536, 1_024, 65_536, 16, 8, 10, 10)));
        client.send(AMQP_HEADER, OPEN);
        for (int i = 0; i < 16 * 9; i++) {
            int channel = i / 9;
            if (i % 9 == 0) {
                client.send(onChannel(channel, BEGIN));
            }
            if (closes(client.send(onChannel(channel, attachSender(i % 9, "l" + i))))) {
                assertThat(i).as("8 that may be, 64 that were refused").isEqualTo(72);
                return;
            }
        }
        throw new AssertionError("144 links were not detached, of which 72 may be");
    }

    private static String onChannel(int channel, String frame) {
        return frame.substring(0, 12) + HexFormat.of().toHexDigits((short) channel) + frame.substring(16);
    }

    @Test
    void namesAndTagsHaveTheLengthThatTheSpecificationGivesThem() {
        assertThat(closes(client.send(attachSender(1, "l".repeat(1_024))))).isFalse();
        assertThat(closes(client.send(attachSender(2, "l".repeat(1_025))))).isTrue();
        stop();
        start();
        client.send(ATTACH_SENDER);
        String tag = "a0" + HexFormat.of().toHexDigits((byte) 33) + "01".repeat(33);
        assertThat(closes(client.send(amqp(0, "00 53 14 c0 29 05 43 43" + tag + "43 42"))))
                .isTrue();
    }

    @Test
    void whatASenderSaysOfADeliveryIsBounded() {
        client.send(ATTACH_SENDER);
        client.send(Frames.transfer(0));
        String error = "00531d" + list(2, "a30178 b1 00000258" + "61".repeat(600));
        String rejected = "005325" + list(1, error);
        String disposition = "005315" + list(5, "42 43 43 42" + rejected);
        assertThat(closes(client.send(amqp(0, disposition)))).isTrue();
    }

    @Test
    void aSubscriptionThatIsThereWhenItsSessionHasEndedIsLeft() {
        client.transport.slow = true;
        client.send(Frames.ATTACH_RECEIVER, Frames.END);
        assertThat(client.transport.sessions()).isEqualTo(1);
        client.transport.openWaiting();
        client.received();
        assertThat(client.transport.sessions()).isZero();
        assertThat(client.transport.subscriptions()).isZero();
    }

    /** Link {@code d}, handle 1, from {@code t}, durable, expiry policy never. */
    private static final String ATTACH_DURABLE =
            amqp(0, "00 53 12 c0 1f 07 a10164 5201 41 40 40 005328c00d03a10174 5202 a3056e65766572 00532945");

    @Test
    void aDurableSubscriptionThatIsRefusedIsNotLeftBehind() {
        client.transport.refusesSubscriptions = true;
        assertThat(detaches(client.send(ATTACH_DURABLE))).isTrue();
        assertThat(client.transport.removed).containsExactly("amqp:c:d");
        client.send(amqp(0, "00 53 16 c0 04 02 5201 41"));
        client.transport.resumes = true;
        assertThat(detaches(client.send(ATTACH_DURABLE))).isTrue();
        assertThat(client.transport.removed).as("it was there before").hasSize(1);
        assertThat(client.transport.sessions()).isZero();
    }

    /** Of 40,000 bytes; the 210th of them that is not let go ends the connection. */
    private static final String LARGE_PROPERTIES = "d1 00009c4c 00000002 a30178 b1 00009c40" + "61".repeat(40_000);

    private static final int ROUNDS = 300;

    private static final String BEGIN_LARGE = amqp(0, "005311", list(8, "40 43 52ff 52ff 40 40 40" + LARGE_PROPERTIES));

    /** As {@link Frames#ATTACH_SENDER}, with properties, and its handle as its name. */
    private static String attachLarge(int handle) {
        String hex = HexFormat.of().toHexDigits(handle);
        String name = HexFormat.of().formatHex(hex.getBytes(StandardCharsets.US_ASCII));
        String fields = "a108" + name + "70" + hex + "42 40 40 00532845 005329c00401a10174 40 40 43 40 40 40";
        return amqp(0, "005312", list(14, fields + LARGE_PROPERTIES));
    }

    @Test
    void attachesAndDetachesWithoutEndLeaveNothingBehind() {
        for (int i = 0; i < 5_000; i++) {
            List<Performative> attached = client.send(ATTACH_SENDER);
            assertThat(closes(attached)).as("round " + i).isFalse();
            List<Performative> detached = client.send(DETACH);
            assertThat(detaches(detached)).as("round " + i).isTrue();
        }
    }

    @Test
    void norDoTheirBytes() {
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(closes(client.send(attachLarge(0)))).as("round " + i).isFalse();
            assertThat(detaches(client.send(DETACH))).as("round " + i).isTrue();
        }
    }

    @Test
    void norThoseOfSessionsAndOfLinksThatEndWithThem() {
        client.send(Frames.END);
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(closes(client.send(BEGIN_LARGE, attachLarge(0), Frames.END)))
                    .as("round " + i)
                    .isFalse();
        }
    }

    @Test
    void bytesOfLinksThatAreThereAreBounded() {
        client.close();
        client = new EmbeddedPeer(
                AmqpConfig.DEFAULT.withLimits(new AmqpLimits(65_536, 1_024, 65_536, 4, 1_000, 10, 10)));
        client.send(AMQP_HEADER, OPEN, BEGIN_LARGE);
        for (int i = 0; i < ROUNDS; i++) {
            if (closes(client.send(attachLarge(i)))) {
                assertThat(i).as("with its session's: 8 MiB").isEqualTo(208);
                return;
            }
        }
        throw new AssertionError("12,000,000 bytes are kept");
    }
}
