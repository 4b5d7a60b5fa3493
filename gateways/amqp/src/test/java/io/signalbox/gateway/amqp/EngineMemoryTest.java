package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.EmbeddedPeer.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.frame.Performative;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client can make the engine keep, of which the engine itself says nothing. */
class EngineMemoryTest {
    /** What one connection at rest has is some hundreds, and differs by what it has just done. */
    private static final long FEW = 500;

    /** A window without end; credit of five on handle 1. */
    private static final String CREDIT_OF_FIVE = Frames.amqp(0, "00 53 13 c0 0f 07 40 70ffffffff 43 52ff 5201 43 5205");

    private final EmbeddedPeer client = new EmbeddedPeer(AmqpConfig.DEFAULT);

    @AfterEach
    void stop() {
        client.stop();
    }

    /** A frame of delivery 0 and more, with so many bytes. */
    private static String piece(int bytes) {
        return Frames.amqp(0, "00 53 14 c0 09 06 43 43 a00100 43 42 41", "78".repeat(bytes));
    }

    @Test
    void transfersOnALinkThatWasRefusedEndTheConnection() {
        // the target is a coordinator of transactions
        String coordinator = Frames.amqp(0, "00 53 12 c0 13 0a a1016c 43 42 40 40 00532845 00533045 40 40 43");
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN);
        assertThat(only(client.send(coordinator), Performative.DETACH)).hasSize(1);
        client.send(piece(1_000));
        assertThat(client.channel.isOpen()).isFalse();
    }

    @Test
    void emptyFramesWithoutEndAreNotKept() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
        String empty = piece(0).repeat(100);
        client.send(empty);
        long before = LiveObjects.ofTheEngine(client);
        for (int i = 0; i < 500; i++) {
            client.send(empty);
        }
        assertThat(LiveObjects.ofTheEngine(client) - before)
                .as("after 50,000 frames")
                .isLessThan(FEW);
        assertThat(client.channel.isOpen()).isTrue();
        List<Performative> answer = client.send(Frames.transfer(0));
        assertThat(only(answer, Performative.DISPOSITION)).hasSize(1);
    }

    @Test
    void messagesWhoseLastFrameIsEmptyAreNotKept() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
        streamIsNotKept("0d 06", "43 42 42");
        assertThat(client.counters.value(AmqpCounter.MESSAGES_IN)).isEqualTo(30_000);
    }

    /** 2.7.5: a sender need say it in one frame alone. */
    @Test
    void messagesThatAreSettledByTheirLastFrameAreNotKept() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
        streamIsNotKept("0d 06", "43 41 42");
        assertThat(client.counters.value(AmqpCounter.MESSAGES_IN)).isEqualTo(30_000);
    }

    @Test
    void messagesThatAreAbortedAreNotKept() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
        streamIsNotKept("11 0a", "43 42 42 40 40 42 41");
        assertThat(client.counters.value(AmqpCounter.MESSAGES_IN)).isZero();
        assertThat(only(client.send(transfer(30_000, "00 53 75 a0 02 6869")), Performative.DISPOSITION))
                .as("the link still has credit")
                .hasSize(1);
    }

    private void streamIsNotKept(String size, String lastFields) {
        stream(0, 1_000, size, lastFields);
        long before = LiveObjects.ofTheEngine(client);
        stream(1_000, 30_000, size, lastFields);
        assertThat(LiveObjects.ofTheEngine(client) - before)
                .as("after 29,000 messages")
                .isLessThan(FEW);
    }

    /** Each in two frames, the second without payload. */
    private void stream(int from, int to, String size, String lastFields) {
        for (int id = from; id < to; id++) {
            String number = "70" + HexFormat.of().toHexDigits(id);
            String first = "00 53 14 c0 0d 06 43" + number + "a00100 43 42 41";
            String last = "00 53 14 c0" + size + "43" + number + "a00100" + lastFields;
            client.send(Frames.amqp(0, first, "00 53 75 a0 02 6869"), Frames.amqp(0, last));
        }
    }

    private static String transfer(int id, String data) {
        return Frames.amqp(0, "00 53 14 c0 0c 05 43 70" + HexFormat.of().toHexDigits(id) + "a00100 43 42", data);
    }

    /** Container {@code c}, frames of 512 bytes; a session with a window of one; both links on the topic {@code t}. */
    private void attachWithAWindowOfOneFrame() {
        client.send(Frames.AMQP_HEADER, Frames.amqp(0, "00 53 10 c0 0a 03 a10163 40 7000000200"));
        client.send(Frames.amqp(0, "00 53 11 c0 07 04 40 43 5201 52ff"), Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, flow(0));
    }

    /** It needs some 200 frames, of which each but the first has to wait. */
    private int receiveLargeMessage(int id, int framesBefore) {
        String message = transfer(id, "00 53 75 b0 00017000" + "78".repeat(0x17000));
        int frames =
                framesBefore + only(client.send(message), Performative.TRANSFER).size();
        for (int last = -1; last != frames; ) {
            last = frames;
            frames += only(client.send(flow(frames)), Performative.TRANSFER).size();
        }
        return frames;
    }

    @Test
    void aConsumerWithASmallWindowIsServedAsLongAsItLikes() {
        attachWithAWindowOfOneFrame();
        int frames = receiveLargeMessage(0, 0);
        long before = LiveObjects.ofTheEngine(client);
        for (int id = 1; id <= 90; id++) {
            frames = receiveLargeMessage(id, frames);
            client.send(accepted(id));
        }
        assertThat(frames).as("frames that waited").isGreaterThan(15_000);
        assertThat(client.channel.isOpen()).isTrue();
        assertThat(client.transport.settled).hasSize(90);
        assertThat(LiveObjects.ofTheEngine(client) - before).isLessThan(FEW);
    }

    @Test
    void soIsOneThatSettlesNothing() {
        attachWithAWindowOfOneFrame();
        int frames = receiveLargeMessage(0, 0);
        long before = LiveObjects.ofTheEngine(client);
        for (int id = 1; id < 50; id++) {
            frames = receiveLargeMessage(id, frames);
        }
        assertThat(frames).as("frames that waited").isGreaterThan(7_500);
        assertThat(client.channel.isOpen()).isTrue();
        assertThat(LiveObjects.ofTheEngine(client) - before).isLessThan(FEW);
    }

    /** By the receiver, settled. */
    private static String accepted(int id) {
        return Frames.amqp(0, "00 53 15 c0 0d 05 41 70" + HexFormat.of().toHexDigits(id) + " 40 41 00532445");
    }

    @Test
    void deliveriesOfLinksThatAreDetachedAreForgotten() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
        int delivered = 0;
        long before = 0;
        for (int round = 0; round < 2_000; round++) {
            if (round == 500) {
                before = LiveObjects.ofTheEngine(client);
            }
            client.send(Frames.ATTACH_RECEIVER, CREDIT_OF_FIVE);
            for (int i = 0; i < 5; i++) {
                List<Performative> answer = client.send(transfer(5 * round + i, "00 53 75 a0 02 6869"));
                delivered += only(answer, Performative.TRANSFER).size();
            }
            client.send(Frames.amqp(0, "00 53 16 c0 04 02 5201 41"));
        }
        assertThat(delivered).isEqualTo(10_000);
        assertThat(LiveObjects.ofTheEngine(client) - before).isLessThan(FEW);
        assertThat(client.channel.isOpen()).isTrue();
    }

    @Test
    void linksThatAreDetachedAreForgottenBesideDeliveriesThatStay() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER, Frames.ATTACH_RECEIVER);
        client.send(Frames.amqp(0, "00 53 13 c0 12 07 40 70ffffffff 43 52ff 5201 43 70000001f4")); // credit of 500
        for (int id = 0; id < 500; id++) {
            client.send(transfer(id, "00 53 75 a0 02 6869"));
        }
        long before = 0;
        for (int round = 0; round < 2_000; round++) {
            if (round == 20) {
                before = LiveObjects.ofTheEngine(client);
            }
            // link s, handle 2, credit of one
            client.send(Frames.amqp(0, "00 53 12 c0 16 07 a10173 5202 41 40 40 005328c00401a10174 00532945"));
            client.send(Frames.amqp(0, "00 53 13 c0 0f 07 40 70ffffffff 43 52ff 5202 43 5201"));
            List<Performative> answer = client.send(transfer(500 + round, "00 53 75 a0 02 6869"));
            assertThat(only(answer, Performative.TRANSFER)).hasSize(1);
            client.send(Frames.amqp(0, "00 53 16 c0 04 02 5202 41"));
        }
        assertThat(LiveObjects.ofTheEngine(client) - before).isLessThan(FEW);
    }

    /** A window of one frame, credit of 100. */
    private static String flow(int nextIncoming) {
        return Frames.amqp(
                0, "00 53 13 c0 10 07 70" + HexFormat.of().toHexDigits(nextIncoming) + "5201 43 52ff 5201 43 5264");
    }
}
