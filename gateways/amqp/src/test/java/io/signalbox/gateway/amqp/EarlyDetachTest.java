package io.signalbox.gateway.amqp;

import static io.signalbox.gateway.amqp.Frames.AMQP_HEADER;
import static io.signalbox.gateway.amqp.Frames.ATTACH_RECEIVER;
import static io.signalbox.gateway.amqp.Frames.BEGIN;
import static io.signalbox.gateway.amqp.Frames.OPEN;
import static io.signalbox.gateway.amqp.Frames.amqp;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpLimits;
import io.signalbox.gateway.amqp.frame.Performative;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that detach a link before its attach is answered (2.6.4), as those do that have waited long enough. */
class EarlyDetachTest {
    private static final int LINKS_MAX = 8;
    private static final int CLOSE = 0x18;

    /** Handle 1, closed. */
    private static final String CLOSE_RECEIVER = amqp(0, "00 53 16 c0 04 02 5201 41");

    /** Handle 1, to come back. */
    private static final String DETACH_RECEIVER = amqp(0, "00 53 16 c0 04 02 5201 42");

    /** Link {@code d}, handle 1, from {@code t}, durable, expiry policy never. */
    private static final String ATTACH_DURABLE =
            amqp(0, "00 53 12 c0 1f 07 a10164 5201 41 40 40 005328c00d03a10174 5202 a3056e65766572 00532945");

    /** Link {@code d}, handle 1, without a source: asks for the subscription that has its name. */
    private static final String LOOK_UP = amqp(0, "00 53 12 c0 0e 07 a10164 5201 41 40 40 40 00532945");

    /** As {@link Frames#ATTACH_SENDER}, to {@code queue://t}. */
    private static final String ATTACH_TO_QUEUE =
            amqp(0, "00 53 12 c0 20 0a a1016c 43 42 40 40 00532845 005329c00c01a10971756575653a2f2f74 40 40 43");

    /** As {@link Frames#ATTACH_RECEIVER}, under the name {@code s}. */
    private static final String ATTACH_OTHER =
            amqp(0, "00 53 12 c0 16 07 a10173 5201 41 40 40 005328c00401a10174 00532945");

    private EmbeddedPeer client;

    @BeforeEach
    void start() {
        client = new EmbeddedPeer(
                AmqpConfig.DEFAULT.withLimits(new AmqpLimits(65_536, 1_024, 65_536, 4, LINKS_MAX, 10, 10)));
        client.send(AMQP_HEADER, OPEN, BEGIN);
        client.transport.slow = true;
    }

    @AfterEach
    void stop() {
        client.stop();
    }

    /** @return codes of what comes when the transport has opened what waits */
    private List<Integer> opened() {
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < 3; i++) { // one may wait for another
            client.transport.openWaiting();
            client.received().forEach(p -> codes.add(p.code()));
        }
        return codes;
    }

    @Test
    void aReceiverIsAttachedAndDetachedAndItsNameIsFree() {
        for (int i = 0; i < 2 * LINKS_MAX + 64; i++) {
            assertThat(client.send(ATTACH_RECEIVER, CLOSE_RECEIVER)).isEmpty();
            assertThat(opened()).as("round " + i).containsExactly(Performative.ATTACH, Performative.DETACH);
        }
        assertThat(client.transport.sessions()).isZero();
    }

    @Test
    void aPublisherIsAttachedAndDetachedAndItsNameIsFree() {
        client.send(ATTACH_TO_QUEUE, Frames.DETACH);
        assertThat(opened()).contains(Performative.ATTACH).endsWith(Performative.DETACH);
        client.transport.slow = false;
        assertThat(client.send(ATTACH_TO_QUEUE))
                .extracting(Performative::code)
                .contains(Performative.ATTACH)
                .doesNotContain(Performative.END, Performative.DETACH);
    }

    @Test
    void aDurableSubscriptionThatIsClosedIsForgotten() {
        client.send(ATTACH_DURABLE, CLOSE_RECEIVER);
        assertThat(opened()).containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(client.transport.removed).containsExactly("amqp:c:d");
    }

    @Test
    void aDurableSubscriptionThatIsDetachedIsKept() {
        client.send(ATTACH_DURABLE, DETACH_RECEIVER);
        assertThat(opened()).containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(client.transport.removed).isEmpty();
        assertThat(client.transport.sessions()).isZero();
    }

    @Test
    void aSubscriptionThatIsRefusedIsDetachedByBothSides() {
        client.transport.refusesSubscriptions = true;
        for (int i = 0; i < 3; i++) {
            client.send(ATTACH_RECEIVER, CLOSE_RECEIVER);
            assertThat(opened()).as("round " + i).containsExactly(Performative.ATTACH, Performative.DETACH);
        }
    }

    @Test
    void itsHandleMayBeUsedAgainAtOnce() {
        assertThat(client.send(ATTACH_RECEIVER, CLOSE_RECEIVER, ATTACH_OTHER))
                .as("the first")
                .extracting(Performative::code)
                .containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(opened()).as("the other").containsExactly(Performative.ATTACH);
        assertThat(client.transport.sessions()).isEqualTo(1);
        assertOtherIsThere();
    }

    @Test
    void itsHandleMayBeUsedAgainBeforeTheEngineHasSeenTheDetach() {
        assertThat(client.send(ATTACH_RECEIVER, CLOSE_RECEIVER)).isEmpty();
        client.channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object bytes) {
                client.transport.openWaiting(); // in the turn in which the attach is read
                context.fireChannelRead(bytes);
            }
        });
        assertThat(client.send(ATTACH_OTHER))
                .extracting(Performative::code)
                .containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(opened()).as("the other").containsExactly(Performative.ATTACH);
        assertThat(client.transport.sessions()).isEqualTo(1);
        assertOtherIsThere();
    }

    @Test
    void itsHandleMayBeUsedAgainByOneThatIsDetachedEarlyToo() {
        assertThat(client.send(ATTACH_RECEIVER, CLOSE_RECEIVER, ATTACH_OTHER, CLOSE_RECEIVER))
                .extracting(Performative::code)
                .containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(opened()).containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(client.transport.sessions()).isZero();
    }

    @Test
    void aHandleThatIsUsedAgainAndAgainNeitherEndsTheConnectionNorPilesUp() {
        for (int i = 0; i < 3 * LINKS_MAX + 64; i++) {
            assertThat(client.send(ATTACH_RECEIVER, CLOSE_RECEIVER))
                    .as("round " + i)
                    .extracting(Performative::code)
                    .isSubsetOf(Performative.ATTACH, Performative.DETACH);
        }
        assertThat(client.transport.sessions()).isEqualTo(LINKS_MAX);
        opened();
        assertThat(client.transport.sessions()).isZero();
        client.transport.slow = false;
        for (int i = 0; i < LINKS_MAX; i++) {
            assertThat(client.send(attach(i))).extracting(Performative::code).containsExactly(Performative.ATTACH);
        }
    }

    /** As {@link Frames#ATTACH_RECEIVER}, on handle 2. */
    private static final String ATTACH_ON_ANOTHER_HANDLE =
            amqp(0, "00 53 12 c0 16 07 a10172 5202 41 40 40 005328c00401a10174 00532945");

    @Test
    void itsNameMayBeUsedAgainOnAnotherHandle() {
        assertThat(client.send(ATTACH_RECEIVER, CLOSE_RECEIVER, ATTACH_ON_ANOTHER_HANDLE))
                .as("the first")
                .extracting(Performative::code)
                .containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(opened()).as("the other").containsExactly(Performative.ATTACH);
        assertThat(client.transport.sessions()).isEqualTo(1);
    }

    @Test
    void aNameThatIsNotLeftMayNotBeUsedAgain() {
        assertThat(client.send(ATTACH_RECEIVER, ATTACH_ON_ANOTHER_HANDLE))
                .extracting(Performative::code)
                .containsExactly(Performative.END);
    }

    /** As {@link Frames#ATTACH_RECEIVER}, under a name and handle of its own. */
    private static String attach(int number) {
        String hex = HexFormat.of().toHexDigits((byte) number);
        return amqp(0, "00 53 12 c0 16 07 a101" + hex + "52" + hex + "41 40 40 005328c00401a10174 00532945");
    }

    @Test
    void publishersOnAHandleThatIsUsedAgainAreAnsweredToo() {
        client.send(ATTACH_TO_QUEUE);
        for (int i = 0; i < 2 * LINKS_MAX + 64; i++) {
            assertThat(client.send(Frames.DETACH, ATTACH_TO_QUEUE))
                    .as("round " + i)
                    .extracting(Performative::code)
                    .containsSequence(Performative.ATTACH, Performative.DETACH)
                    .isSubsetOf(Performative.ATTACH, Performative.DETACH);
        }
    }

    @Test
    void whatSessionsThatHaveEndedStillWaitForIsBounded() {
        for (int i = 0; i < 3 * LINKS_MAX + 64; i++) {
            assertThat(client.send(ATTACH_RECEIVER, Frames.END, BEGIN))
                    .as("round " + i)
                    .extracting(Performative::code)
                    .doesNotContain(CLOSE);
        }
        assertThat(client.transport.sessions()).isEqualTo(LINKS_MAX);
        opened();
        assertThat(client.transport.sessions()).isZero();
        assertThat(client.send(ATTACH_RECEIVER)).isEmpty();
        assertThat(opened()).containsExactly(Performative.ATTACH);
    }

    @Test
    void aDurableSubscriptionThatIsClosedIsForgottenThoughItsHandleIsUsedAgain() {
        client.send(ATTACH_DURABLE, CLOSE_RECEIVER, ATTACH_OTHER);
        opened();
        assertThat(client.transport.removed).containsExactly("amqp:c:d");
    }

    @Test
    void aDurableSubscriptionThatIsDetachedIsKeptThoughItsHandleIsUsedAgain() {
        client.send(ATTACH_DURABLE, DETACH_RECEIVER, ATTACH_OTHER);
        opened();
        assertThat(client.transport.removed).isEmpty();
        assertThat(client.transport.sessions()).as("the other").isEqualTo(1);
    }

    @Test
    void aDurableSubscriptionThatIsLookedForIsForgottenThoughItsHandleIsUsedAgain() {
        client.transport.resumes = true;
        client.send(LOOK_UP, CLOSE_RECEIVER, ATTACH_OTHER);
        opened();
        assertThat(client.transport.removed).containsExactly("amqp:c:d");
    }

    @Test
    void aReceiverThatHasLeftGetsNoCredit() {
        client.send(ATTACH_RECEIVER, Frames.FLOW, CLOSE_RECEIVER);
        assertThat(opened()).containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(client.transport.writableTold).isZero();
    }

    @Test
    void aReceiverWhoseSubscriptionEndsBeforeItIsAttachedHearsThat() {
        client.send(ATTACH_RECEIVER);
        client.transport.removeAll();
        assertThat(opened()).containsExactly(Performative.ATTACH, Performative.DETACH);
        client.send(CLOSE_RECEIVER, ATTACH_RECEIVER);
        assertThat(opened()).as("name and handle are free").containsExactly(Performative.ATTACH);
    }

    @Test
    void aReceiverThatHasLeftHearsTheEndOfItsSubscription() {
        client.send(ATTACH_RECEIVER, CLOSE_RECEIVER);
        client.transport.removeAll();
        assertThat(opened()).containsExactly(Performative.ATTACH, Performative.DETACH);
        assertThat(client.send(ATTACH_RECEIVER)).isEmpty();
        assertThat(opened()).as("name and handle are free").containsExactly(Performative.ATTACH);
    }

    private void assertOtherIsThere() {
        assertThat(client.send(CLOSE_RECEIVER)).extracting(Performative::code).containsExactly(Performative.DETACH);
        assertThat(client.transport.sessions()).isZero();
        client.transport.slow = false;
        assertThat(client.send(ATTACH_OTHER))
                .extracting(Performative::code)
                .as("name and handle are free")
                .containsExactly(Performative.ATTACH);
    }

    @Test
    void aSessionThatEndsTakesSuchLinksAlong() {
        client.send(ATTACH_RECEIVER, CLOSE_RECEIVER, Frames.END);
        assertThat(opened()).isEmpty();
        assertThat(client.transport.sessions()).isZero();
    }

    @Test
    void detachesWithoutALinkThatIsThereAreTheEnginesMatter() {
        assertThat(client.send(CLOSE_RECEIVER)).extracting(Performative::code).contains(CLOSE);
    }
}
