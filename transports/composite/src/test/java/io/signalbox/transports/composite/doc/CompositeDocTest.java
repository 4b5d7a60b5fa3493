package io.signalbox.transports.composite.doc;

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

/** Every Java block of docs/composites.md is a piece of a test that is compiled and run. */
class CompositeDocTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final int BLOCKS_MIN = 6;

    @Test
    void everyExampleOfTheDocumentIsRunByATest() throws IOException {
        Path root = Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(folder -> Files.exists(folder.resolve("docs/composites.md")))
                .findFirst()
                .orElseThrow();
        String examples = plain(
                Files.readString(
                        root.resolve(
                                "transports/composite/src/test/java/io/signalbox/transports/composite/doc/CompositeExamplesTest.java")));
        List<String> missing = new ArrayList<>();
        int blocks = 0;
        Matcher block = BLOCK.matcher(Files.readString(root.resolve("docs/composites.md")));
        while (block.find()) {
            blocks++;
            if (!examples.contains(plain(block.group(1)))) {
                missing.add(block.group(1));
            }
        }
        assertThat(missing).isEmpty();
        assertThat(blocks).isGreaterThanOrEqualTo(BLOCKS_MIN);
    }

    /** Without what a formatter changes. */
    private static String plain(String code) {
        return code.replaceAll("\\s+", "");
    }
}
