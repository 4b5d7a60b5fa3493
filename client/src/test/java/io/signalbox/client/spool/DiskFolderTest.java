package io.signalbox.client.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFolderTest {
    @TempDir
    Path directory;

    /** In a ZIP file, as on Windows, there are no permissions, and a folder cannot be opened. */
    @Test
    void itNeedsNeitherPermissionsNorAFolderThatCanBeOpened() throws IOException {
        URI uri = URI.create("jar:" + directory.resolve("plain.zip").toUri());
        try (FileSystem plain = FileSystems.newFileSystem(uri, Map.of("create", "true"))) {
            assertThat(plain.supportedFileAttributeViews()).doesNotContain("posix");
            DiskFolder folder = new DiskFolder(plain.getPath("/spool"));
            folder.writeText("id", "1");
            folder.writeText("id", "2");
            assertThat(folder.readText("id")).isEqualTo("2");
        }
    }
}
