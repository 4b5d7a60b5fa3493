package io.signalbox.codecs.encrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.Layers;
import io.signalbox.codec.PayloadLayer;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.codec.LayerContract;
import io.signalbox.topic.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EncryptionTest extends LayerContract {
    static final KeyEncryptionKey OLD = key("2026-10", 1);
    static final KeyEncryptionKey NEW = key("2026-11", 2);

    private final CountingService service = new CountingService(Keyset.of(OLD));
    private final Encryption encryption = Encryption.perMessage(service);

    static KeyEncryptionKey key(String kid, int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return KeyEncryptionKey.ofBase64(kid, Base64.getEncoder().encodeToString(bytes));
    }

    /** Stands where a vault or a cloud's key management would. */
    private static final class CountingService implements KeyService {
        private final LocalKeyService local;
        private int made;
        private int unwrapped;

        CountingService(KeyProvider keys) {
            local = new LocalKeyService(keys);
        }

        @Override
        public DataKey newDataKey(@Nullable String entity) {
            made++;
            return local.newDataKey(entity);
        }

        @Override
        public SecretKey unwrap(String kid, byte[] wrapped) {
            unwrapped++;
            return local.unwrap(kid, wrapped);
        }
    }

    @Override
    protected PayloadLayer layer() {
        return encryption;
    }

    @Override
    protected boolean authenticates() {
        return true;
    }

    private static Message message(@Nullable String to) {
        return Message.to(Topic.ofMqtt("orders/new"))
                .payload("secret")
                .properties(MessageProperties.builder().id("1").to(to).build())
                .build();
    }

    @Test
    void thePayloadIsNotSeenAndTheHeaderSaysHow() {
        Message wrapped = Layers.of(encryption).wrap(message(null));
        assertThat(wrapped.payloadText()).doesNotContain("secret");
        assertThat(wrapped.payload()).hasSize("secret".length() + 16);
        assertThat(wrapped.properties().contentEncoding()).isEqualTo("aes256gcm");
        assertThat(wrapped.properties().headers().get("sb-enc"))
                .matches("v2;kid=2026-10;alg=A256GCM;nonce=[\\w-]{16};dek=[\\w-]{54}");
    }

    @Test
    void twoEncryptionsOfOneMessageHaveNothingInCommon() {
        Set<String> headers = new HashSet<>();
        Set<String> payloads = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Message wrapped = Layers.of(encryption).wrap(message(null));
            headers.add(header(wrapped).replaceAll("dek=.*", ""));
            payloads.add(Base64.getEncoder().encodeToString(wrapped.payload()));
        }
        assertThat(headers).hasSize(1_000);
        assertThat(payloads).hasSize(1_000);
    }

    @Test
    void aKeyPerMessageAsksTheServiceForEach() {
        Layers layers = Layers.of(encryption);
        Message first = layers.wrap(message("billing"));
        Message second = layers.wrap(message("billing"));
        layers.unwrap(first);
        layers.unwrap(second);
        assertThat(service.made).isEqualTo(2);
        assertThat(service.unwrapped).isEqualTo(2);
    }

    @Test
    void aKeyPerEntityAsksOnceForEachEntityAndHour() {
        ManualTimeSource time = new ManualTimeSource(1_000);
        Layers sender = Layers.of(Encryption.perEntity(service, time));
        CountingService other = new CountingService(Keyset.of(OLD));
        Layers receiver = Layers.of(Encryption.perEntity(other, time));
        for (int i = 0; i < 10; i++) {
            receiver.unwrap(sender.wrap(message("billing")));
            receiver.unwrap(sender.wrap(message(null)));
        }
        assertThat(service.made).isEqualTo(2);
        assertThat(other.unwrapped).isEqualTo(2);
        time.advance(Duration.ofHours(1));
        receiver.unwrap(sender.wrap(message("billing")));
        assertThat(service.made).isEqualTo(3);
        assertThat(other.unwrapped).isEqualTo(3);
    }

    @Test
    void aRotatedKeyStillReadsWhatItWrote() {
        Message old = Layers.of(encryption).wrap(message(null));
        Layers rotated = Layers.of(Encryption.perMessage(new LocalKeyService(Keyset.of(NEW, OLD))));
        assertThat(rotated.unwrap(old).payloadText()).isEqualTo("secret");
        assertThat(rotated.wrap(message(null)).properties().headers().get("sb-enc"))
                .contains("kid=2026-11");
    }

    @Test
    void aRetiredKeyReadsNothingAndIsNamed() {
        Message old = Layers.of(encryption).wrap(message(null));
        Layers retired = Layers.of(Encryption.perMessage(new LocalKeyService(Keyset.of(NEW))));
        assertThatThrownBy(() -> retired.unwrap(old))
                .isInstanceOfSatisfying(
                        CodecException.class,
                        e -> assertThat(e.deadLetterReason()).isEqualTo("decrypt_failed"))
                .hasMessageContaining("2026-10");
    }

    @Test
    void anotherKeyOfThatNameReadsNothing() {
        Message old = Layers.of(encryption).wrap(message(null));
        Layers wrong = Layers.of(Encryption.perMessage(new LocalKeyService(Keyset.of(key("2026-10", 9)))));
        assertReason(wrong, old, ReasonCode.DECRYPT_FAILED);
    }

    @Test
    void whatComesInTheClearIsRefusedWhereEncryptionIsRequired() {
        Layers strict = Layers.of(encryption.requireEncrypted());
        assertReason(strict, message(null), ReasonCode.POLICY);
        assertThat(strict.unwrap(strict.wrap(message(null))).payloadText()).isEqualTo("secret");
        // Without the demand it is let through.
        assertThat(Layers.of(encryption).unwrap(message(null)).payloadText()).isEqualTo("secret");
    }

    @Test
    void aPayloadOfAnotherMessageIsRefused() {
        Layers layers = Layers.of(encryption);
        Message one = layers.wrap(message("billing"));
        Message other = layers.wrap(message("shop"));
        assertReason(layers, one.toBuilder().payload(other.payload()).build(), ReasonCode.DECRYPT_FAILED);
    }

    @Test
    void everyWayToSpoilTheHeaderIsRefused() {
        Message wrapped = Layers.of(encryption).wrap(message(null));
        String header = header(wrapped);
        for (String bad : new String[] {
            "",
            "v1" + header.substring(2),
            header.replace("A256GCM", "none"),
            header.replaceAll("nonce=[^;]*", "nonce="),
            header.replaceAll("nonce=[^;]*;", ""),
            header.replaceAll("dek=.*", "dek=AAAA"),
            header.replaceAll("dek=.*", "dek=*"),
            header.replace("kid=2026-10", "kid="),
            header.replace("kid=2026-10", "kid=../../etc"),
            header + ";kid=2026-10",
            header + ";x",
            header + "x".repeat(20_000),
        }) {
            assertReason(Layers.of(encryption), withHeader(wrapped, bad), ReasonCode.DECRYPT_FAILED);
        }
        assertReason(Layers.of(encryption), withHeader(wrapped, null), ReasonCode.DECRYPT_FAILED);
    }

    private static String header(Message message) {
        return Objects.requireNonNull(message.properties().headers().get("sb-enc"));
    }

    private static Message withHeader(Message message, @Nullable String value) {
        MessageProperties.Builder properties = message.properties().toBuilder()
                .headers(message.properties().headers().without("sb-enc"));
        return message.toBuilder()
                .properties((value == null ? properties : properties.header("sb-enc", value)).build())
                .build();
    }

    @Test
    void aMessageWithoutIdIsGivenOneBeforeItIsEncrypted() {
        Message anonymous = Message.to(Topic.ofMqtt("t")).payload("secret").build();
        Message wrapped = Layers.of(encryption).wrap(anonymous);
        assertThat(wrapped.properties().id()).isNotNull();
        assertThat(Layers.of(encryption).unwrap(wrapped).payloadText()).isEqualTo("secret");
        for (String other : new String[] {"another", null}) {
            Message copy = wrapped.toBuilder()
                    .properties(wrapped.properties().toBuilder().id(other).build())
                    .build();
            assertReason(Layers.of(encryption), copy, ReasonCode.DECRYPT_FAILED);
        }
    }

    private static void assertReason(Layers layers, Message message, ReasonCode reason) {
        assertThatThrownBy(() -> layers.unwrap(message))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
