package io.signalbox.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import io.signalbox.security.file.SecurityFileException;
import io.signalbox.security.password.Argon2Cost;
import io.signalbox.security.password.PasswordAuthenticator;
import io.signalbox.security.password.PasswordFileEditor;
import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecurityTest {
    private static final Topic SECRET = Topic.ofMqtt("a/secret");
    private static final String RULES = """
            # who may do what
            allow user:alice all a/#
            deny everybody all a/secret
            end
            """;

    @TempDir
    Path directory = Path.of("");

    private Path passwords = Path.of("");
    private Path permissions = Path.of("");

    @BeforeEach
    void writeFiles() throws Exception {
        passwords = directory.resolve("passwords");
        permissions = directory.resolve("permissions");
        Files.writeString(passwords, PasswordFileEditor.line("alice", bytes("wonder"), new Argon2Cost(8, 1, 1)) + "\n");
        Files.writeString(permissions, RULES);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Security open(boolean anonymous) throws SecurityFileException {
        return Security.open(new Security.Settings(
                passwords, permissions, anonymous, PasswordAuthenticator.Limits.DEFAULT, List.of()));
    }

    private static @Nullable Principal who(Security security, @Nullable String user, @Nullable String password) {
        try {
            return security.authenticator()
                    .authenticate(new Credentials("c", user, password == null ? null : bytes(password), "here"))
                    .toCompletableFuture()
                    .join();
        } catch (RuntimeException e) {
            return null;
        }
    }

    @Test
    void withoutFilesEverybodyIsAnonymousAndMayDoEverything() throws Exception {
        try (Security security = Security.open(Security.Settings.OPEN)) {
            assertThat(who(security, null, null)).isEqualTo(Principal.anonymous("c"));
            assertThat(who(security, "admin", "x"))
                    .as("a name nobody checked is not believed")
                    .isEqualTo(Principal.anonymous("c"));
            assertThat(security.authorizer().mayAdminister(Principal.ANONYMOUS)).isTrue();
        }
    }

    @Test
    void withAPasswordFileTheAnonymousComeInOnlyIfToldSo() throws Exception {
        try (Security closed = open(false);
                Security mixed = open(true)) {
            assertThat(who(closed, null, null)).isNull();
            assertThat(who(mixed, null, null)).isEqualTo(Principal.anonymous("c"));
            assertThat(who(mixed, "alice", "wrong")).isNull();
            assertThat(who(mixed, null, "wonder")).isNull();
            assertThat(who(closed, "alice", "wonder")).isEqualTo(Principal.user("alice", "c"));
        }
    }

    @Test
    void passwordsWithoutPermissionsLetNobodyAdministerOrTouchSystemTopics() throws Exception {
        try (Security security = Security.open(
                new Security.Settings(passwords, null, false, PasswordAuthenticator.Limits.DEFAULT, List.of()))) {
            Principal alice = Principal.user("alice", "c");
            assertThat(security.authorizer().mayPublish(alice, SECRET)).isTrue();
            assertThat(security.authorizer().mayPublish(alice, Topic.ofMqtt("$SYS/x")))
                    .isFalse();
            assertThat(security.authorizer().mayAdminister(alice)).isFalse();
        }
    }

    @Test
    void aReloadPutsNewRulesInForceAndGrowsTheEpoch() throws Exception {
        try (Security security = open(false)) {
            Principal alice = Principal.user("alice", "c");
            long epoch = security.authorizer().epoch();
            assertThat(security.authorizer().mayPublish(alice, Topic.ofMqtt("a/b")))
                    .isTrue();
            Files.writeString(permissions, "allow user:bob all #\nend\n");
            assertThat(security.reload()).isEqualTo(new Security.Reloaded(1, 1));
            assertThat(security.authorizer().mayPublish(alice, Topic.ofMqtt("a/b")))
                    .isFalse();
            assertThat(security.authorizer().epoch()).isGreaterThan(epoch);
        }
    }

    @Test
    void aRemovedUserMayDoNothingAndIsNamed() throws Exception {
        try (Security security = open(true)) {
            List<Set<String>> revoked = new ArrayList<>();
            security.onRevoked(revoked::add);
            Principal alice = Principal.user("alice", "c");
            Files.writeString(permissions, "allow everybody all #\nend\n");
            security.reload();
            assertThat(revoked).isEmpty();
            assertThat(security.authorizer().mayReceive(alice, SECRET)).isTrue();
            long epoch = security.authorizer().epoch();

            Files.writeString(passwords, PasswordFileEditor.line("bob", bytes("x"), new Argon2Cost(8, 1, 1)));
            security.reload();
            assertThat(revoked).containsExactly(Set.of("alice"));
            assertThat(security.authorizer().mayReceive(alice, SECRET)).isFalse();
            assertThat(security.authorizer().mayPublish(alice, SECRET)).isFalse();
            assertThat(security.authorizer().mayReceive(Principal.anonymous("c"), SECRET))
                    .isTrue();
            assertThat(security.authorizer().epoch()).isGreaterThan(epoch);
        }
    }

    @Test
    void aChangedPasswordEndsTheConnectionsOfItsUserAlone() throws Exception {
        try (Security security = open(true)) {
            List<Set<String>> revoked = new ArrayList<>();
            security.onRevoked(revoked::add);
            String alice = PasswordFileEditor.line("alice", bytes("other"), new Argon2Cost(8, 1, 1));
            Files.writeString(passwords, alice + "\n");
            security.reload();
            security.reload();
            assertThat(revoked).containsExactly(Set.of("alice"));
            assertThat(security.authorizer().mayReceive(Principal.user("alice", "c"), Topic.ofMqtt("a/b")))
                    .isTrue();
        }
    }

    @Test
    void aBadFileAtAReloadKeepsBothFilesAsTheyWere() throws Exception {
        try (Security security = open(false)) {
            Principal alice = Principal.user("alice", "c");
            Files.writeString(passwords, PasswordFileEditor.line("bob", bytes("x"), new Argon2Cost(8, 1, 1)));
            Files.writeString(permissions, "allow everybody all #\n");
            assertThatThrownBy(security::reload)
                    .isInstanceOf(SecurityFileException.class)
                    .hasMessageContaining("`end`");
            assertThat(who(security, "bob", "x")).isNull();
            assertThat(who(security, "alice", "wonder")).isEqualTo(alice);
            assertThat(security.authorizer().mayPublish(alice, SECRET)).isFalse();
            Files.delete(permissions);
            assertThatThrownBy(security::reload).hasMessageContaining("cannot be read");
            assertThat(security.authorizer().mayPublish(alice, SECRET)).isFalse();
        }
    }

    @Test
    void aMissingEmptyOrForeignFileRefusesTheStart() throws Exception {
        for (Path file : List.of(passwords, permissions)) {
            byte[] good = Files.readAllBytes(file);
            for (byte[] bad : List.of(
                    new byte[0],
                    bytes("\n\n"),
                    bytes("# only a comment\n"),
                    new byte[] {(byte) 0xff, 10},
                    bytes("a\0b\n"))) {
                Files.write(file, bad);
                assertThatThrownBy(() -> open(true)).isInstanceOf(SecurityFileException.class);
            }
            Files.delete(file);
            assertThatThrownBy(() -> open(true)).hasMessageContaining("cannot be read");
            Files.createDirectory(file);
            assertThatThrownBy(() -> open(true)).isInstanceOf(SecurityFileException.class);
            Files.delete(file);
            Files.write(file, good);
        }
        open(true).close();
    }

    @Test
    void aPermissionsFileCutAtAnyByteIsRefusedUntilItsEndIsThere() throws Exception {
        byte[] whole = Files.readAllBytes(permissions);
        int refused = 0;
        for (int length = 0; length < whole.length; length++) {
            Files.write(permissions, Arrays.copyOf(whole, length));
            try (Security security = open(false)) {
                assertThat(length).isEqualTo(whole.length - 1);
                assertThat(security.authorizer().mayPublish(Principal.user("alice", "c"), SECRET))
                        .isFalse();
            } catch (SecurityFileException e) {
                refused++;
            }
        }
        assertThat(refused).isEqualTo(whole.length - 1);
    }

    @Test
    void aPasswordFileCutAtAnyByteLetsInNobodyWhoWasNotLetInBefore() throws Exception {
        byte[] whole = bytes(PasswordFileEditor.line("alice", bytes("wonder"), new Argon2Cost(8, 1, 1)) + "\n"
                + PasswordFileEditor.line("bob", bytes("builder"), new Argon2Cost(8, 1, 1)) + "\n");
        int opened = 0;
        for (int length = 0; length < whole.length; length++) {
            Files.write(passwords, Arrays.copyOf(whole, length));
            try (Security security = open(false)) {
                opened++;
                assertThat(who(security, null, null)).isNull();
                assertThat(who(security, "alice", null)).isNull();
                assertThat(who(security, "alice", "")).isNull();
                assertThat(who(security, "bob", "wonder")).isNull();
            } catch (SecurityFileException e) {
                // closed
            }
        }
        assertThat(opened)
                .as("only cuts at the end of a line leave a file that may be used")
                .isEqualTo(3);
    }
}
