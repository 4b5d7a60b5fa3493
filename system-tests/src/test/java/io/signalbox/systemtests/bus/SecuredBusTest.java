package io.signalbox.systemtests.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetters;
import io.signalbox.broker.embedded.EmbeddedBroker;
import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.deadletter.Redrive;
import io.signalbox.bus.deadletter.UnreadMessage;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.Query;
import io.signalbox.bus.query.Gather;
import io.signalbox.codec.Codecs;
import io.signalbox.codec.LayeredCodec;
import io.signalbox.codec.Layers;
import io.signalbox.codec.MessageCodec;
import io.signalbox.codecs.compress.Compression;
import io.signalbox.codecs.encrypt.Encryption;
import io.signalbox.codecs.encrypt.KeyEncryptionKey;
import io.signalbox.codecs.encrypt.Keyset;
import io.signalbox.codecs.encrypt.LocalKeyService;
import io.signalbox.log.LogConfig;
import io.signalbox.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buses whose payloads the broker carries and cannot read, in formats of their own. */
class SecuredBusTest {
    @Message(name = "secret-twice")
    record Twice(int number) implements Command<Integer> {}

    @Message(name = "secret-told", topic = "tests.secret")
    record Told(String text) implements Event {}

    @Message(name = "secret-count")
    record Count(String what) implements Query<Integer> {}

    @TempDir
    Path folder;

    private EmbeddedBroker broker;

    @BeforeEach
    void open() throws IOException {
        broker = EmbeddedBroker.open(
                BrokerConfig.DEFAULT, LogConfig.defaults(folder), Authorizer.ALLOW_ALL, TimeSource.monotonic());
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private static MessageCodec codec(int key, String contentType) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) key);
        KeyEncryptionKey wrapping =
                KeyEncryptionKey.ofBase64("k", Base64.getEncoder().encodeToString(bytes));
        return new LayeredCodec(
                Codecs.load().preferring(contentType),
                Layers.of(
                        Compression.zstd(),
                        Encryption.perEntity(new LocalKeyService(Keyset.of(wrapping)))
                                .requireEncrypted()));
    }

    private Bus bus(String name, MessageCodec codec) {
        return Bus.over(broker)
                .name(name)
                .codec(codec)
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build();
    }

    @Test
    void commandsEventsAndErrorsCrossEncryptedInTwoFormats() {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Bus json = bus("json", codec(1, "application/json"));
                Bus pack = bus("pack", codec(1, "application/msgpack"))) {
            pack.handle(Twice.class, twice -> {
                if (twice.number() < 0) {
                    throw new IllegalArgumentException("not a secret number");
                }
                return 2 * twice.number();
            });
            pack.subscribe(Told.class, told -> heard.add(told.text()));
            assertThat(json.execute(new Twice(21)).orElseThrow()).isEqualTo(42);
            assertThat(json.execute(new Twice(-1)))
                    .isInstanceOfSatisfying(
                            CommandResult.Failure.class,
                            failure -> assertThat(failure.error()).hasMessageContaining("not a secret number"));
            json.publish(new Told("x".repeat(5_000)));
            await().untilAsserted(() -> assertThat(heard).containsExactly("x".repeat(5_000)));
        }
    }

    @Test
    void queriesAndSessionsCrossEncrypted() {
        try (Bus json = bus("json", codec(1, "application/json"));
                Bus pack = bus("pack", codec(1, "application/msgpack"));
                Session there = pack.session("s");
                Session here = json.session("s")) {
            pack.answer(Count.class, query -> query.what().length());
            there.handle(Twice.class, twice -> 2 * twice.number());
            assertThat(json.gather(new Count("spoons"), Gather.first(Duration.ofSeconds(30)))
                            .answers())
                    .containsExactly(6);
            assertThat(here.execute(new Twice(4)).orElseThrow()).isEqualTo(8);
        }
    }

    @Test
    void aKeptDeadLetterIsEncryptedUntilItsHandlerIsBack() {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Bus first = bus("keeper", codec(1, "application/json"))) {
            first.subscribe(
                    Told.class,
                    told -> {
                        throw new IllegalStateException("not today");
                    },
                    HandlerOptions.named("teller"));
            first.publish(new Told("secret"));
            await().untilAsserted(() -> assertThat(first.deadLetters().list()).hasSize(1));
        }
        try (Bus second = bus("keeper", codec(1, "application/json"))) {
            assertThat(second.deadLetters().list())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.envelope().message())
                            .isInstanceOfSatisfying(
                                    UnreadMessage.class,
                                    unread -> assertThat(unread.kept().payloadText())
                                            .doesNotContain("secret")));
            second.subscribe(Told.class, told -> heard.add(told.text()), HandlerOptions.named("teller"));
            String id = second.deadLetters().list().getFirst().id();
            assertThat(second.deadLetters().redrive(id).join()).isEqualTo(Redrive.RESOLVED);
            assertThat(heard).containsExactly("secret");
        }
    }

    @Test
    void whatCannotBeDecryptedIsADeadLetterWithItsReasonAndItsOwnBytes() {
        try (Bus sender = bus("sender", codec(1, "application/json"));
                Bus wrong = bus("wrong", codec(2, "application/json"))) {
            wrong.subscribe(Told.class, told -> {});
            sender.publish(new Told("secret"));
            await().untilAsserted(() -> assertThat(deadLetters()).hasSize(1));
            assertThat(deadLetters().getFirst().message().payloadText()).doesNotContain("secret");
            assertThat(deadLetters().getFirst().deaths().getFirst().error()).contains("decrypt_failed");
        }
    }

    @Test
    void whatComesInTheClearIsADeadLetterOfPolicy() {
        try (Bus plain = bus("plain", Codecs.load());
                Bus strict = bus("strict", codec(1, "application/json"))) {
            strict.subscribe(Told.class, told -> {});
            plain.publish(new Told("open"));
            await().untilAsserted(() -> assertThat(deadLetters()).hasSize(1));
            assertThat(deadLetters().getFirst().message().payloadText()).isEqualTo("{\"text\":\"open\"}");
            assertThat(deadLetters().getFirst().deaths().getFirst().error()).contains("policy");
        }
    }

    private List<DeadLetter> deadLetters() {
        return broker.deadLetters().list(DeadLetters.Query.all(10));
    }
}
