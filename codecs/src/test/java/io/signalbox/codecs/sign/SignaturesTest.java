package io.signalbox.codecs.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.Layers;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SignaturesTest {
    private static final VerificationKey SHOP = new VerificationKey("shop-1", Keys.ED25519.getPublic(), "shop");

    private final ManualTimeSource time = new ManualTimeSource(1_000_000);
    private final Layers sender = Layers.of(Signatures.by(KeySigner.of("shop-1", Keys.ED25519.getPrivate(), time)));

    private static Message from(@Nullable String from) {
        return Message.to(Topic.ofMqtt("orders/new"))
                .payload("{}")
                .properties(MessageProperties.builder().id("1").from(from).build())
                .build();
    }

    private static Layers receiver(Verifier... verifiers) {
        return Layers.of(Signatures.checkedBy(verifiers).requireSigned());
    }

    private static void assertReason(Layers layers, Message message, ReasonCode reason, String text) {
        assertThatThrownBy(() -> layers.unwrap(message))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(text);
    }

    @Test
    void theHeaderSaysWhoSignedHowAndWhen() {
        Message signed = sender.wrap(from("shop"));
        assertThat(signed.payloadText()).isEqualTo("{}");
        assertThat(signed.properties().contentEncoding()).isEqualTo("signed");
        assertThat(signed.properties().headers().get("sb-sig"))
                .matches("v2;kid=shop-1;alg=Ed25519;t=1000000;sig=[\\w-]{86}");
    }

    /** Any id that it was given later would be as good as the other: a copy with a new one would run again. */
    @Test
    void aMessageWithoutIdIsGivenOneBeforeItIsSigned() {
        Message signed =
                sender.wrap(Message.to(Topic.ofMqtt("orders/new")).payload("{}").build());
        assertThat(signed.properties().id()).isNotNull();
        Layers receiver = receiver(KeyVerifier.of(new VerificationKey("shop-1", Keys.ED25519.getPublic(), null)));
        assertThat(receiver.unwrap(signed).properties().id())
                .isEqualTo(signed.properties().id());
        Message copy = signed.toBuilder()
                .properties(signed.properties().toBuilder().id("another").build())
                .build();
        assertReason(receiver, copy, ReasonCode.AUTH_FAILED, "not hold");
    }

    @Test
    void aSignatureOfTheFirstVersionWhichBoundLessIsRefused() {
        Message signed = sender.wrap(from("shop"));
        String header = String.valueOf(signed.properties().headers().get("sb-sig"));
        Message old = signed.toBuilder()
                .properties(signed.properties().toBuilder()
                        .headers(signed.properties().headers().without("sb-sig"))
                        .header("sb-sig", header.replace("v2;", "v1;"))
                        .build())
                .build();
        assertReason(receiver(KeyVerifier.of(SHOP)), old, ReasonCode.AUTH_FAILED, "v2");
    }

    @Test
    void aKeySpeaksForItsEntityAlone() {
        Layers receiver = receiver(KeyVerifier.of(SHOP));
        assertThat(receiver.unwrap(sender.wrap(from("shop")))).isNotNull();
        assertReason(receiver, sender.wrap(from("billing")), ReasonCode.AUTH_FAILED, "billing");
        assertReason(receiver, sender.wrap(from(null)), ReasonCode.AUTH_FAILED, "null");
    }

    @Test
    void anUnknownOrRevokedKeyIsRefused() {
        assertReason(
                receiver(KeyVerifier.of(kid -> null)), sender.wrap(from("shop")), ReasonCode.AUTH_FAILED, "shop-1");
    }

    @Test
    void anotherKeyOfThatNameIsRefused() {
        VerificationKey other =
                new VerificationKey("shop-1", Keys.pair("Ed25519", 0).getPublic(), null);
        assertReason(receiver(KeyVerifier.of(other)), sender.wrap(from("shop")), ReasonCode.AUTH_FAILED, "not hold");
        VerificationKey rsa = new VerificationKey("shop-1", Keys.RSA.getPublic(), null);
        assertReason(receiver(KeyVerifier.of(rsa)), sender.wrap(from("shop")), ReasonCode.AUTH_FAILED, "RS256");
    }

    @Test
    void whatIsNotSignedIsRefusedWhereSignaturesAreRequired() {
        assertReason(receiver(KeyVerifier.of(SHOP)), from("shop"), ReasonCode.POLICY, "signed");
        assertThat(Layers.of(Signatures.checkedBy(KeyVerifier.of(SHOP))).unwrap(from("shop")))
                .isNotNull();
    }

    @Test
    void aSignatureThatWasTakenOffIsNoticed() {
        Message signed = sender.wrap(from("shop"));
        Message stripped = signed.toBuilder()
                .properties(signed.properties().toBuilder()
                        .headers(signed.properties().headers().without("sb-sig"))
                        .build())
                .build();
        assertReason(receiver(KeyVerifier.of(SHOP)), stripped, ReasonCode.AUTH_FAILED, "none of the headers");
    }

    @Test
    void anOldSignatureIsRefusedWhereAgeCounts() {
        Layers receiver = receiver(KeyVerifier.of(SHOP).withAgeMax(Duration.ofMinutes(1), time));
        Message signed = sender.wrap(from("shop"));
        time.advance(Duration.ofMinutes(1));
        assertThat(receiver.unwrap(signed)).isNotNull();
        time.advance(Duration.ofMillis(1));
        assertReason(receiver, signed, ReasonCode.AUTH_FAILED, "signed at 1000000");
    }

    @Test
    void aSignatureOfTheFutureIsRefusedWhereAgeCounts() {
        Layers receiver = receiver(KeyVerifier.of(SHOP).withAgeMax(Duration.ofMinutes(1), new ManualTimeSource(0)));
        assertReason(receiver, sender.wrap(from("shop")), ReasonCode.AUTH_FAILED, "now is 0");
    }

    @Test
    void theTimeOfASignatureCannotBeChanged() {
        Message signed = sender.wrap(from("shop"));
        String header = signed.properties().headers().get("sb-sig");
        Message later = signed.toBuilder()
                .properties(signed.properties().toBuilder()
                        .headers(signed.properties().headers().without("sb-sig"))
                        .header("sb-sig", String.valueOf(header).replace("t=1000000", "t=2000000"))
                        .build())
                .build();
        assertReason(receiver(KeyVerifier.of(SHOP)), later, ReasonCode.AUTH_FAILED, "not hold");
    }

    @Test
    void keysThatAreTooWeakOrOfAnotherKindCannotSign() {
        assertThatThrownBy(() -> KeySigner.of("a", Keys.RSA_SHORT.getPrivate())).hasMessageContaining("2048");
        assertThatThrownBy(() -> new VerificationKey("a", Keys.RSA_SHORT.getPublic(), null))
                .hasMessageContaining("2048");
        assertThatThrownBy(() -> KeySigner.of("a", Keys.P256.getPrivate())).hasMessageContaining("EC");
    }
}
