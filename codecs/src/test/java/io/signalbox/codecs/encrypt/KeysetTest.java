package io.signalbox.codecs.encrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.testkit.ManualTimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysetTest {
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

    @TempDir
    Path folder;

    private final ManualTimeSource time = new ManualTimeSource(1_000_000);

    private Path file(String json) throws IOException {
        Path file = folder.resolve("keys.json");
        Files.writeString(file, json);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void aFileNamesItsPrimaryAndTheKeysOfEntities() throws IOException {
        FileKeyset keys = FileKeyset.open(file("""
                {"primary": "b", "keys": [
                  {"kid": "a", "key": "%1$s"}, {"kid": "b", "key": "%1$s"},
                  {"kid": "billing-1", "key": "%1$s", "entity": "billing"},
                  {"kid": "billing-2", "key": "%1$s", "entity": "billing"}]}""".formatted(KEY)));
        assertThat(keys.current(null).kid()).isEqualTo("b");
        assertThat(keys.current("shop").kid()).isEqualTo("b");
        assertThat(keys.current("billing").kid()).isEqualTo("billing-2");
        assertThat(keys.find("billing-1")).isNotNull();
        assertThat(keys.find("a")).isNotNull();
        assertThat(keys.find("c")).isNull();
    }

    @Test
    void aKeyThatIsAddedToTheFileIsFoundWhenAMessageNamesIt() throws IOException {
        Path file = file("{\"primary\":\"a\",\"keys\":[{\"kid\":\"a\",\"key\":\"" + KEY + "\"}]}");
        FileKeyset keys = FileKeyset.open(file);
        assertThat(keys.find("b")).isNull();
        file("{\"primary\":\"b\",\"keys\":[{\"kid\":\"a\",\"key\":\"" + KEY + "\"},{\"kid\":\"b\",\"key\":\"" + KEY
                + "\"}]}");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        assertThat(keys.find("b")).isNotNull();
        assertThat(keys.current(null).kid()).isEqualTo("b");
    }

    /** Each later than the one before, whatever the file system's clock is worth. */
    private Path keys(int version, String primary, String... others) throws IOException {
        StringBuilder json = new StringBuilder("{\"primary\":\"" + primary + "\",\"keys\":[");
        json.append("{\"kid\":\"")
                .append(primary)
                .append("\",\"key\":\"")
                .append(KEY)
                .append("\"}");
        for (String other : others) {
            json.append(",{\"kid\":\"")
                    .append(other)
                    .append("\",\"key\":\"")
                    .append(KEY)
                    .append("\"}");
        }
        return dated(file(json.append("]}").toString()), version);
    }

    private static Path dated(Path file, int version) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.fromMillis(version * 1_000L));
    }

    @Test
    void aKeyThatIsTakenOutIsUnknownASecondLater() throws IOException {
        FileKeyset keys = FileKeyset.open(keys(1, "b", "a"), time);
        keys(2, "b");
        assertThat(keys.find("a")).as("looked at within this second").isNotNull();
        time.advance(Duration.ofSeconds(1));
        assertThat(keys.find("a")).isNull();
        assertThat(keys.find("b")).isNotNull();
    }

    @Test
    void whoOnlyEncryptsUsesTheNewPrimaryASecondLater() throws IOException {
        FileKeyset keys = FileKeyset.open(keys(1, "a"), time);
        keys(2, "b", "a");
        time.advance(Duration.ofSeconds(1));
        assertThat(keys.current(null).kid()).isEqualTo("b");
        assertThat(keys.current("billing").kid()).isEqualTo("b");
        assertThat(keys.problem()).isEmpty();
    }

    @Test
    void aFileThatWasSpoiltLeavesTheKeysAsTheyWereAndSaysSo() throws IOException {
        FileKeyset keys = FileKeyset.open(keys(1, "a"), time);
        dated(file("{"), 2);
        assertThat(keys.find("b")).isNull();
        assertThat(keys.find("a")).isNotNull();
        assertThat(keys.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("keys.json is no JSON of a keyset"));
        assertThatThrownBy(keys::reload).isInstanceOf(IllegalArgumentException.class);
        assertThat(keys.current(null).kid()).isEqualTo("a");
        keys(3, "c");
        time.advance(Duration.ofSeconds(1));
        assertThat(keys.current(null).kid()).isEqualTo("c");
        assertThat(keys.problem()).isEmpty();
    }

    /** Mended by another way than writing it again, its date is the same. */
    @Test
    void aFileThatCouldNotBeReadIsReadOnceItCan() throws IOException {
        FileKeyset keys = FileKeyset.open(keys(1, "a"), time);
        Path file = keys(2, "b");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        time.advance(Duration.ofSeconds(1));
        assertThat(keys.current(null).kid()).isEqualTo("a");
        assertThat(keys.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("chmod 600"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        time.advance(Duration.ofSeconds(1));
        assertThat(keys.current(null).kid()).isEqualTo("b");
    }

    @Test
    void anUnknownKeyDoesNotMakeItReadASpoiltFileAgain() throws IOException {
        FileKeyset keys = FileKeyset.open(keys(1, "a"), time);
        Path file = keys(2, "b");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(keys.find("b")).isNull();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(keys.find("b"))
                .as("it would be found if the file had been read")
                .isNull();
        time.advance(Duration.ofSeconds(1));
        assertThat(keys.find("b")).isNotNull();
    }

    @Test
    void aFileThatIsGoneLeavesTheKeysAsTheyWereAndSaysSo() throws IOException {
        FileKeyset keys = FileKeyset.open(keys(1, "a"), time);
        Files.delete(folder.resolve("keys.json"));
        time.advance(Duration.ofSeconds(1));
        assertThat(keys.current(null).kid()).isEqualTo("a");
        assertThat(keys.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("cannot be read"));
        keys(1, "a");
        time.advance(Duration.ofSeconds(1));
        assertThat(keys.current(null).kid()).isEqualTo("a");
        assertThat(keys.problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
    void aFileThatOthersMayTouchIsRefused(String permissions) throws IOException {
        Path file = file("{\"primary\":\"a\",\"keys\":[{\"kid\":\"a\",\"key\":\"" + KEY + "\"}]}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertThatThrownBy(() -> FileKeyset.open(file)).hasMessageContaining("chmod 600");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{\"primary\":\"a\",\"keys\":[]}",
                "{\"primary\":\"a\",\"keys\":[{\"kid\":\"b\",\"key\":\"KEY\"}]}",
                "{\"primary\":\"a\",\"keys\":[{\"kid\":\"a\",\"key\":\"KEYx\"}]}",
                "{\"primary\":\"a\",\"keys\":[{\"kid\":\"a\",\"key\":\"QUJD\"}]}",
                "{\"primary\":\"a\",\"keys\":[{\"kid\":\"a\",\"key\":\"KEY\"},{\"kid\":\"a\",\"key\":\"KEY\"}]}",
                "{\"primary\":\"a\",\"keys\":[{\"kid\":\"a b\",\"key\":\"KEY\"}]}",
                "{\"primary\":\"a\",\"keys\":[{\"kid\":\"a\",\"secret\":\"KEY\"}]}",
                "{\"primary\":\"a\",\"keys\":[{\"kid\":\"a\",\"key\":\"KEY"
            })
    void aFileThatIsNoKeysetIsRefusedWithoutShowingAKey(String json) throws IOException {
        Path file = file(json.replace("KEY", KEY));
        assertThatThrownBy(() -> FileKeyset.open(file))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e + " " + e.getCause()).doesNotContain(KEY.substring(0, 20)));
    }

    @Test
    void anAbsentFileIsRefused() {
        assertThatThrownBy(() -> FileKeyset.open(folder.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none");
    }

    @Test
    void theEnvironmentsFirstKeyIsThePrimary() {
        Keyset keys = EnvironmentKeys.parse("KEYS", "2026-11:" + KEY + ", 2026-10:" + KEY);
        assertThat(keys.current(null).kid()).isEqualTo("2026-11");
        assertThat(keys.find("2026-10")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a", "a:", "a:QUJD", ":KEY", "a:KEY,a:KEY", "a:KEY,"})
    void anEnvironmentWithoutKeysIsRefusedWithoutShowingAKey(String value) {
        assertThatThrownBy(() -> EnvironmentKeys.parse("KEYS", value.replace("KEY", KEY)))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(KEY.substring(0, 20)));
    }

    @Test
    void aKeyNeverShowsItself() {
        assertThat(KeyEncryptionKey.ofBase64("a", KEY).toString()).isEqualTo("KeyEncryptionKey[a]");
    }
}
