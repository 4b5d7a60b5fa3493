package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswdTest {
    @TempDir
    private Path folder;

    private Shell passwd(String input, String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "passwd";
        arguments[1] = folder.resolve("users").toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return Shell.runWithInput(input, arguments);
    }

    @Test
    void theFirstLineOfInputIsHashedIntoTheFile() throws IOException {
        Shell first = passwd("secret\nmore\n", "alice", "--json");
        Shell second = passwd("other", "bob");

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(second.exitCode()).isZero();
        assertThat(Json.object(first.out()))
                .isEqualTo(Map.of(
                        "user",
                        "alice",
                        "password",
                        "set",
                        "file",
                        folder.resolve("users").toString()));
        assertThat(Files.readAllLines(folder.resolve("users")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains(":$argon2id$").doesNotContain("secret", "other"));
        assertThat(Files.getPosixFilePermissions(folder.resolve("users"))).hasSize(2);
    }

    @Test
    void aVerifierForScramStandsBesideTheHashUntilThePasswordIsSetWithoutIt() throws IOException {
        assertThat(passwd("secret\n", "alice", "--scram").exitCode()).isZero();
        assertThat(Files.readString(folder.resolve("users"))).contains(":$argon2id$", " $scram-sha-256$i=65536$");

        assertThat(passwd("other\n", "alice").exitCode()).isZero();
        assertThat(Files.readString(folder.resolve("users"))).doesNotContain("scram");
    }

    @Test
    void aUserCanBeRemovedButNotTheLast() throws IOException {
        assertThat(passwd("a", "alice").exitCode()).isZero();
        assertThat(passwd("b", "bob").exitCode()).isZero();

        assertThat(passwd("", "alice", "-D").exitCode()).isZero();
        Shell last = passwd("", "bob", "-D");

        assertThat(Files.readString(folder.resolve("users"))).startsWith("bob:");
        assertThat(last.exitCode()).isNotZero();
        assertThat(last.err()).contains("must keep one");
    }

    @Test
    void anEmptyPasswordIsRefused() {
        Shell shell = passwd("\n", "alice");

        assertThat(shell.exitCode()).isEqualTo(2);
        assertThat(shell.err()).contains("0 bytes");
        assertThat(folder.resolve("users")).doesNotExist();
    }

    @Test
    void aFileThatIsNoPasswordFileIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("users"), "this is my diary\n");

        Shell shell = passwd("secret", "alice");

        assertThat(shell.exitCode()).isEqualTo(69);
        assertThat(Files.readString(folder.resolve("users"))).isEqualTo("this is my diary\n");
    }
}
