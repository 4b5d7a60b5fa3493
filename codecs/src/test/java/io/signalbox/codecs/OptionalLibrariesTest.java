package io.signalbox.codecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.Codecs;
import io.signalbox.codec.LayeredCodec;
import io.signalbox.codec.Layers;
import io.signalbox.codecs.compress.Compression;
import io.signalbox.codecs.encrypt.Encryption;
import io.signalbox.codecs.encrypt.KeyEncryptionKey;
import io.signalbox.codecs.encrypt.Keyset;
import io.signalbox.codecs.encrypt.LocalKeyService;
import io.signalbox.codecs.schema.SchemaCodec;
import io.signalbox.codecs.schema.SchemaRule;
import io.signalbox.codecs.sign.KeySigner;
import io.signalbox.codecs.sign.KeyVerifier;
import io.signalbox.codecs.sign.Signatures;
import io.signalbox.codecs.sign.VerificationKey;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Whoever uses none of the optional libraries needs none of them on the class path. */
class OptionalLibrariesTest {
    private static final List<String> OPTIONAL =
            List.of("org.msgpack.", "com.github.luben.", "net.jpountz.", "com.nimbusds.", "com.networknt.");

    /** A value. */
    public record Note(String text) {}

    /** Runs inside of the loader that lacks the libraries. */
    public static final class Plain implements Callable<String> {
        @Override
        public String call() throws Exception {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            Layers layers = Layers.of(
                    Compression.gzip(),
                    Encryption.perMessage(new LocalKeyService(Keyset.of(
                            KeyEncryptionKey.ofBase64("k", Base64.getEncoder().encodeToString(new byte[32]))))),
                    Signatures.by(
                            KeySigner.of("s", pair.getPrivate()),
                            KeyVerifier.of(new VerificationKey("s", pair.getPublic(), null))));
            SchemaCodec rules = new SchemaCodec(Codecs.load(), SchemaRule.exact(Note.class, "note", "1"));
            LayeredCodec codec = new LayeredCodec(rules, layers);
            Message head = Message.to(Topic.ofMqtt("t"))
                    .properties(MessageProperties.builder().id("1").build())
                    .build();
            Message message = codec.encode(head, new Note("a".repeat(2_000)));
            Note back = (Note) codec.decode(message, Note.class);
            return message.properties().contentEncoding() + " "
                    + Objects.requireNonNull(back).text().length();
        }
    }

    /** As {@link Plain}, but it needs one. */
    public static final class UsesZstd implements Callable<String> {
        @Override
        public String call() {
            Message message =
                    Message.to(Topic.ofMqtt("t")).payload(new byte[2_000]).build();
            return Layers.of(Compression.zstd()).wrap(message).toString();
        }
    }

    @Test
    void jsonGzipAesAndSignaturesWorkWithoutThem() throws Exception {
        assertThat(run(Plain.class)).isEqualTo("gzip, aes256gcm, signed 2000");
    }

    @Test
    void theLoaderOfThisTestDoesLackThem() {
        assertThatThrownBy(() -> run(UsesZstd.class))
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(NoClassDefFoundError.class);
    }

    private static String run(Class<? extends Callable<String>> type) throws Exception {
        Class<?> isolated = new Without().loadClass(type.getName());
        Object made = isolated.getDeclaredConstructor().newInstance();
        return (String) isolated.getMethod("call").invoke(made);
    }

    private static final class Without extends ClassLoader {
        Without() {
            super(OptionalLibrariesTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (OPTIONAL.stream().anyMatch(name::startsWith)) {
                throw new ClassNotFoundException(name + " is not on this class path");
            }
            if (!name.startsWith("io.signalbox.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = Objects.requireNonNull(getParent()).getResourceAsStream(file)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
