package io.signalbox.security.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PasswordAuthenticatorTest {
    @TempDir
    Path directory = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void writeAFileWithTwoUsers() throws Exception {
        file = directory.resolve("passwords");
        PasswordFileEditor editor = new PasswordFileEditor(file, new Argon2Cost(8, 1, 1));
        editor.put("alice", bytes("wonder"));
        editor.put("bob", bytes("builder"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Credentials credentials(@Nullable String user, @Nullable String password, String address) {
        return new Credentials("client", user, password == null ? null : bytes(password), address);
    }

    private static CompletableFuture<Principal> ask(PasswordAuthenticator authenticator, Credentials credentials) {
        return authenticator.check(credentials).orElseThrow().toCompletableFuture();
    }

    private static @Nullable ReasonCode refusal(CompletableFuture<Principal> answer) {
        try {
            answer.join();
            return null;
        } catch (CompletionException e) {
            return ((SignalboxException) Objects.requireNonNull(e.getCause())).reason();
        }
    }

    @Test
    void theRightPasswordGivesThePrincipalAndEverythingElseIsRefused() throws Exception {
        PasswordFile users = PasswordFile.read(file);
        try (var authenticator = new PasswordAuthenticator(() -> users, PasswordAuthenticator.Limits.DEFAULT)) {
            Principal alice =
                    ask(authenticator, credentials("alice", "wonder", "a")).join();
            assertThat(alice).isEqualTo(Principal.user("alice", "client"));
            // Once more, from memory, and still not for a wrong password.
            assertThat(ask(authenticator, credentials("alice", "wonder", "a")).join())
                    .isEqualTo(alice);
            for (Credentials wrong : List.of(
                    credentials("alice", "builder", "a"),
                    credentials("alice", "", "a"),
                    credentials("alice", null, "a"),
                    credentials("ALICE", "wonder", "a"),
                    credentials("", "wonder", "a"),
                    credentials("alic\u0435", "wonder", "a"),
                    credentials("nobody", "wonder", "a"),
                    credentials("alice", "x".repeat(2_000), "a"),
                    credentials("x".repeat(2_000), "wonder", "a"))) {
                assertThat(refusal(ask(authenticator, wrong))).isEqualTo(ReasonCode.BAD_CREDENTIALS);
            }
            assertThat(authenticator.check(credentials(null, null, "a"))).isEmpty();
        }
    }

    @Test
    void aRemovedUserIsRefusedAfterAReloadEvenIfVerifiedBefore() throws Exception {
        PasswordFile[] users = {PasswordFile.read(file)};
        try (var authenticator = new PasswordAuthenticator(() -> users[0], PasswordAuthenticator.Limits.DEFAULT)) {
            ask(authenticator, credentials("bob", "builder", "a")).join();
            assertThat(new PasswordFileEditor(file).remove("bob")).isTrue();
            users[0] = PasswordFile.read(file);
            assertThat(refusal(ask(authenticator, credentials("bob", "builder", "a"))))
                    .isEqualTo(ReasonCode.BAD_CREDENTIALS);
        }
    }

    @Test
    void moreChecksThanMayWaitAreAnsweredBusyAndOneAddressCannotTakeAllPlaces() throws Exception {
        PasswordFileEditor slow = new PasswordFileEditor(directory.resolve("slow"), new Argon2Cost(65_536, 8, 1));
        slow.put("alice", bytes("wonder"));
        PasswordFile users = PasswordFile.read(directory.resolve("slow"));
        try (var authenticator = new PasswordAuthenticator(() -> users, new PasswordAuthenticator.Limits(1, 3, 2))) {
            List<CompletableFuture<Principal>> guesses = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                guesses.add(ask(authenticator, credentials("alice", "guess" + i, "guesser")));
            }
            assertThat(guesses.stream()
                            .filter(g -> g.isCompletedExceptionally())
                            .count())
                    .as("refused at once: more than 2 of one address")
                    .isGreaterThanOrEqualTo(3);
            CompletableFuture<Principal> honest = ask(authenticator, credentials("alice", "wonder", "elsewhere"));
            assertThat(honest.get(60, TimeUnit.SECONDS)).isEqualTo(Principal.user("alice", "client"));
            assertThat(refusal(guesses.get(4))).isEqualTo(ReasonCode.BUSY);
        }
    }

    @Test
    void theFileIsReadableByItsOwnerAlone() throws Exception {
        assertThat(Files.getPosixFilePermissions(file)).hasToString("[OWNER_READ, OWNER_WRITE]");
        assertThatThrownBy(() -> new PasswordFileEditor(file).put("a:b", bytes("x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PasswordFileEditor(file).put("a", bytes("")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
