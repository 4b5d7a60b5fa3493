package io.signalbox.codecs.doc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.Codecs;
import io.signalbox.codec.LayeredCodec;
import io.signalbox.codec.Layers;
import io.signalbox.codec.MessageCodec;
import io.signalbox.codecs.compress.Compression;
import io.signalbox.codecs.encrypt.Encryption;
import io.signalbox.codecs.encrypt.FileKeyset;
import io.signalbox.codecs.encrypt.KeyEncryptionKey;
import io.signalbox.codecs.encrypt.KeyService;
import io.signalbox.codecs.encrypt.Keyset;
import io.signalbox.codecs.encrypt.LocalKeyService;
import io.signalbox.codecs.envelope.CloudEventJson;
import io.signalbox.codecs.envelope.JsonEnvelope;
import io.signalbox.codecs.schema.SchemaCodec;
import io.signalbox.codecs.schema.SchemaMismatchException;
import io.signalbox.codecs.schema.SchemaRule;
import io.signalbox.codecs.sign.KeySigner;
import io.signalbox.codecs.sign.KeyVerifier;
import io.signalbox.codecs.sign.Signatures;
import io.signalbox.codecs.sign.VerificationKey;
import io.signalbox.message.AddressFilter;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.CloudEventBinding;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.topic.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/codecs.md, run. */
class CodecExamplesTest {
    record Order(String item, int count) {}

    private static final Topic TOPIC = Topic.ofMqtt("orders/new");

    private static Message head() {
        return Message.to(TOPIC)
                .properties(MessageProperties.builder().id("m-1").from("shop").build())
                .build();
    }

    @Test
    void oneTypeArrivesInAnyFormat() {
        Codecs codecs = Codecs.load();
        Message json = codecs.encode(head(), new Order("book", 2));
        Message pack = codecs.preferring("application/msgpack").encode(head(), new Order("book", 2));

        assertThat(json.payloadText()).isEqualTo("{\"item\":\"book\",\"count\":2}");
        assertThat(pack.payload()).hasSizeLessThan(json.payload().length);
        assertThat(codecs.decode(json, Order.class)).isEqualTo(codecs.decode(pack, Order.class));
        // ---
        assertThat(codecs.negotiate("application/msgpack, application/json;q=0.5"))
                .hasValueSatisfying(codec -> assertThat(codec.contentType()).isEqualTo("application/msgpack"));
    }

    @Test
    void layersCompose() throws GeneralSecurityException {
        KeyPair shopKeys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyService keys = new LocalKeyService(Keyset.of(
                KeyEncryptionKey.ofBase64("2026-11", Base64.getEncoder().encodeToString(new byte[32]))));
        // ---
        Layers sender = Layers.of(
                Compression.zstd(),
                Encryption.perEntity(keys),
                Signatures.by(KeySigner.of("shop-1", shopKeys.getPrivate())));
        Layers receiver = Layers.of(
                Compression.zstd().withInflatedMax(1 << 20),
                Encryption.perEntity(keys).requireEncrypted(),
                Signatures.checkedBy(KeyVerifier.of(new VerificationKey("shop-1", shopKeys.getPublic(), "shop")))
                        .requireSigned());

        MessageCodec there = new LayeredCodec(Codecs.load(), sender);
        MessageCodec here = new LayeredCodec(Codecs.load(), receiver);
        Message message = there.encode(head(), new Order("book".repeat(500), 2));

        assertThat(message.properties().contentEncoding()).isEqualTo("zstd, aes256gcm, signed");
        assertThat(message.payload()).hasSizeLessThan(200);
        assertThat(here.decode(message, Order.class)).isEqualTo(new Order("book".repeat(500), 2));
        // ---
        Message plain = Codecs.load().encode(head(), new Order("book", 2));
        assertThatThrownBy(() -> here.decode(plain, Order.class))
                .isInstanceOfSatisfying(
                        CodecException.class,
                        e -> assertThat(e.deadLetterReason()).isEqualTo("policy"));
    }

    @Test
    void aKeysetRotates(@TempDir Path folder) throws IOException {
        String key = Base64.getEncoder().encodeToString(new byte[32]);
        Path file = folder.resolve("keys.json");
        Files.writeString(file, """
                {"primary": "2026-11", "keys": [
                  {"kid": "2026-11", "key": "%1$s"},
                  {"kid": "2026-10", "key": "%1$s"}]}""".formatted(key));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        // ---
        FileKeyset keyset = FileKeyset.open(file);
        Encryption encryption = Encryption.perMessage(new LocalKeyService(keyset));
        // ---
        Message wrapped = Layers.of(encryption).wrap(head());
        assertThat(wrapped.properties().headers().get("sb-enc")).startsWith("v2;kid=2026-11;alg=A256GCM;nonce=");
    }

    @Test
    void anOldVersionIsUpcast() {
        SchemaCodec codec = new SchemaCodec(
                Codecs.load(),
                SchemaRule.exact(Order.class, "order", "2").accepting("[2,3)").upcasting("1", "2", order -> {
                    order.put("count", order.remove("quantity"));
                    return order;
                }));
        Message old = Message.to(TOPIC)
                .payload("{\"item\":\"book\",\"quantity\":2}")
                .properties(MessageProperties.builder().schema("order", "1").build())
                .build();

        assertThat(codec.decode(old, Order.class)).isEqualTo(new Order("book", 2));
        assertThat(codec.encode(head(), new Order("book", 2)).properties().schemaVersion())
                .isEqualTo("2");
        // ---
        Message tooNew = old.toBuilder()
                .properties(MessageProperties.builder().schema("order", "3").build())
                .build();
        assertThatThrownBy(() -> codec.decode(tooNew, Order.class))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessage("version 3 of 'order'; this receiver reads [2,3), upcast from 1");
        assertThat(codec.report().isCompatible()).isFalse();
    }

    @Test
    void anEntityHasItsFilter() {
        AddressFilter filter = AddressFilter.forEntity("billing").orFrom("till-*");

        assertThat(filter.matches("till-3", "billing")).isTrue();
        assertThat(filter.matches("till-3", null)).isTrue();
        assertThat(filter.matches("till-3", "shop")).isFalse();
    }

    @Test
    void theEnvelopeHasManyForms() {
        Message message = Codecs.load().encode(head(), new Order("book", 2));
        // ---
        byte[] json = JsonEnvelope.write(message);
        byte[] event = CloudEventJson.write(message);
        Map<String, String> http = CloudEventBinding.HTTP.headers(message);
        Map<String, String> amqp = MessageFields.map(message);

        assertThat(JsonEnvelope.read(json, null).payload()).isEqualTo(message.payload());
        assertThat(CloudEventJson.read(event, null).properties()).isEqualTo(message.properties());
        assertThat(http).containsEntry("ce-source", "shop").containsEntry("content-type", "application/json");
        assertThat(MessageFields.message(amqp, message.payload()).properties()).isEqualTo(message.properties());
        // ---
        assertThat(new String(json, StandardCharsets.UTF_8)).isEqualTo("""
                {"metadata":{"topic":"orders/new","messageId":"m-1","source":"shop","contentType":"application/json"},\
                "payload":{"item":"book","count":2}}""");
    }
}
