package io.signalbox.codecs.encrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysetTest {
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

    @TempDir
    Path folder;

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

    @Test
    void aFileThatWasSpoiltLeavesTheKeysAsTheyWere() throws IOException {
        Path file = file("{\"primary\":\"a\",\"keys\":[{\"kid\":\"a\",\"key\":\"" + KEY + "\"}]}");
        FileKeyset keys = FileKeyset.open(file);
        file("{");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        assertThat(keys.find("b")).isNull();
        assertThat(keys.find("a")).isNotNull();
        assertThatThrownBy(keys::reload).isInstanceOf(IllegalArgumentException.class);
        assertThat(keys.current(null).kid()).isEqualTo("a");
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
