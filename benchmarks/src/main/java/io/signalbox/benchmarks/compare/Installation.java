package io.signalbox.benchmarks.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the brokers are.
 *
 * @param root the checkout
 * @param peers the folder into which Maven put Artemis and HiveMQ
 */
record Installation(Path root, Path peers) {
    /** Debian keeps servers in sbin, which is not on everybody's PATH. */
    private static final List<String> MORE_FOLDERS = List.of("/usr/sbin", "/usr/local/sbin");

    /** @return where it is, or where it would be */
    Path program(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(":")) {
            Path file = Path.of(folder, name);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return MORE_FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of("/usr/sbin", name));
    }

    Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** @return a file of {@code benchmarks/peers} */
    Path template(String name) {
        return root.resolve("benchmarks/peers").resolve(name);
    }
}
