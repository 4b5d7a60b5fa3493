package io.signalbox.systemtests.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.Query;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.query.Gather;
import io.signalbox.codec.CodecException;
import io.signalbox.codec.Codecs;
import io.signalbox.codec.LayeredCodec;
import io.signalbox.codec.Layers;
import io.signalbox.codecs.sign.KeySigner;
import io.signalbox.codecs.sign.KeyVerifier;
import io.signalbox.codecs.sign.Signatures;
import io.signalbox.codecs.sign.VerificationKey;
import io.signalbox.message.Headers;
import io.signalbox.transports.memory.MemoryTransport;
import io.signalbox.transports.memory.Publication;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Buses that sign: what is said beside the payload cannot be changed on its way either. */
class SignedBusTest {
    private static final KeyPair KEYS = keys();
    private static final Layers LAYERS = Layers.of(Signatures.by(
                    KeySigner.of("k", KEYS.getPrivate()),
                    KeyVerifier.of(new VerificationKey("k", KEYS.getPublic(), null)))
            .requireSigned());

    /** The signature itself, and what is written on a message that is signed already. */
    private static final Set<String> NOT_BOUND = Set.of("sb-sig", "sb-utf8-inside");

    @Message(name = "signed-twice")
    record Twice(int number) implements Command<Integer> {}

    @Message(name = "signed-nobody")
    record Nobody(int number) implements Command<Integer> {}

    @Message(name = "signed-count")
    record Count(String what) implements Query<Integer> {}

    private final MemoryTransport transport = MemoryTransport.open();

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Bus bus(String name) {
        return Bus.over(transport)
                .name(name)
                .codec(new LayeredCodec(Codecs.load(), LAYERS))
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    /** All that a bus says in headers, on messages that were answered as they should be. */
    private void speak() {
        try (Bus here = bus("here");
                Bus there = bus("there");
                Session hall = there.session("s");
                Session seat = here.session("s")) {
            there.handle(Twice.class, twice -> {
                if (twice.number() < 0) {
                    throw new IllegalArgumentException("not a number of spoons");
                }
                return 2 * twice.number();
            });
            hall.handle(Twice.class, twice -> 2 * twice.number() + 1);
            there.answer(Count.class, query -> query.what().length());
            SendOptions once = SendOptions.DEFAULT.withIdempotencyKey("once");
            assertThat(here.execute(new Twice(21), once).orElseThrow()).isEqualTo(42);
            assertThat(seat.execute(new Twice(21)).orElseThrow()).isEqualTo(43);
            assertThat(here.execute(new Twice(-1))).isInstanceOf(CommandResult.Failure.class);
            assertThat(here.execute(new Nobody(1))).isInstanceOf(CommandResult.Rejected.class);
            assertThat(here.gather(new Count("spoons"), Gather.first(Duration.ofSeconds(30)))
                            .answers())
                    .containsExactly(6);
        }
    }

    @Test
    void everyHeaderOfTheBusIsBoundToItsMessage() {
        speak();
        Set<String> bound = new TreeSet<>();
        for (Publication publication : transport.capture().publications()) {
            io.signalbox.message.Message message = publication.message();
            if (!"signed".equals(message.properties().contentEncoding())) {
                continue;
            }
            assertThat(LAYERS.unwrap(message)).isNotNull();
            Headers headers = message.properties().headers();
            for (int i = 0; i < headers.size(); i++) {
                String name = headers.name(i);
                if (name.startsWith("sb-") && !NOT_BOUND.contains(name)) {
                    bound.add(name);
                    assertRefused(with(message, headers.without(name)), name);
                    assertRefused(with(message, headers.without(name).with(name, headers.value(i) + "1")), name);
                }
            }
        }
        assertThat(bound)
                .contains(
                        "sb-message-id",
                        "sb-message-key",
                        "sb-correlation",
                        "sb-session",
                        "sb-status",
                        "sb-error",
                        "sb-attempts",
                        "sb-asked");
    }

    @Test
    void aReplyToOneQuestionIsNoReplyToAnother() {
        speak();
        List<io.signalbox.message.Message> replies = transport.capture().publications().stream()
                .map(Publication::message)
                .filter(message -> message.properties().headers().get("sb-status") != null)
                .toList();
        assertThat(replies).hasSizeGreaterThan(2);
        byte[] other = Objects.requireNonNull(replies.getFirst().properties().correlation());
        for (io.signalbox.message.Message reply : replies.subList(1, replies.size())) {
            assertRefused(
                    reply.toBuilder()
                            .properties(reply.properties().toBuilder()
                                    .correlation(other)
                                    .build())
                            .build(),
                    "correlation");
        }
    }

    private static io.signalbox.message.Message with(io.signalbox.message.Message message, Headers headers) {
        return message.toBuilder()
                .properties(message.properties().toBuilder().headers(headers).build())
                .build();
    }

    private static void assertRefused(io.signalbox.message.Message changed, String what) {
        assertThatThrownBy(() -> LAYERS.unwrap(changed))
                .as("%s of %s", what, changed.topic())
                .isInstanceOf(CodecException.class);
    }
}
