package io.signalbox.systemtests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every Java block of these documents is a piece of a test that is compiled and run. */
class DocumentTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final List<String> MODULES = List.of("bus", "bus-jdbc", "codecs", "system-tests", "testkit");

    @ParameterizedTest
    @CsvSource({"docs/bus.md, 36", "docs/codecs.md, 8", "docs/client.md, 4", "docs/applications.md, 1"})
    void everyExampleOfTheDocumentIsRunByATest(String document, int blocksMin) throws IOException {
        List<String> blocks = BLOCK.matcher(Files.readString(root().resolve(document)))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(blocksMin);
        String tests = tests();
        assertThat(blocks.stream().flatMap(block -> Arrays.stream(block.split("\n// ---\n"))))
                .allSatisfy(piece ->
                        assertThat(tests.contains(plain(piece))).as(piece).isTrue());
    }

    private static String tests() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(root().resolve(module).resolve("src/test/java"))) {
                all.append(files.filter(file -> file.toString().endsWith("Test.java"))
                        .map(DocumentTest::read)
                        .collect(Collectors.joining()));
            }
        }
        return all.toString();
    }

    private static String read(Path file) {
        try {
            return plain(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without what a formatter changes. */
    private static String plain(String code) {
        return code.replaceAll("\\s+", "");
    }

    private static Path root() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(folder -> Files.exists(folder.resolve("docs/bus.md")))
                .findFirst()
                .orElseThrow();
    }
}
