package io.signalbox.codecs.doc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every Java block of docs/codecs.md is a piece of a test that is compiled and run. */
class CodecDocTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final int BLOCKS_MIN = 8;

    @Test
    void everyExampleOfTheDocumentIsRunByATest() throws IOException {
        Path root = root();
        String document = Files.readString(root.resolve("docs/codecs.md"));
        String source = plain(
                Files.readString(root.resolve("codecs/src/test/java/io/signalbox/codecs/doc/CodecExamplesTest.java")));
        List<String> missing = new ArrayList<>();
        int blocks = 0;
        Matcher block = BLOCK.matcher(document);
        while (block.find()) {
            blocks++;
            for (String piece : block.group(1).split("\n// ---\n")) {
                if (!source.contains(plain(piece))) {
                    missing.add(piece);
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(blocks).isGreaterThanOrEqualTo(BLOCKS_MIN);
    }

    /** Without what a formatter changes. */
    private static String plain(String code) {
        return code.replaceAll("\\s+", "");
    }

    private static Path root() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(folder -> Files.exists(folder.resolve("docs/codecs.md")))
                .findFirst()
                .orElseThrow();
    }
}
