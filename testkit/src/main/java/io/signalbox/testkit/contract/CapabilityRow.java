package io.signalbox.testkit.contract;

import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Makes one row of a page's capability table from a run of {@link TransportContract}: for each feature how many tests of
 * it passed, or that it is missing, and was refused when asked for. A run of the whole contract fails when the page says
 * something else; with {@code -Dsignalbox.docs.write=true} it writes the row instead.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final CapabilityRow ROW = new CapabilityRow("mine", Path.of("docs/transports.md"));
 * }</pre>
 */
public final class CapabilityRow implements AfterEachCallback, AfterAllCallback, TestWatcher {
    /** Property that makes a run write the page. */
    public static final String WRITE = "signalbox.docs.write";

    private final String transport;
    private final Path page;
    private final Map<Feature, Integer> passed = new EnumMap<>(Feature.class);
    private final Set<String> themes = new TreeSet<>();
    private @Nullable Capabilities capabilities;
    private int passedInAll;
    private int failedInAll;

    /** @param page has a table whose head {@link #head()} gives, and a row that begins with this name */
    public CapabilityRow(String transport, Path page) {
        this.transport = transport;
        this.page = page;
    }

    /** The head of the table. */
    public static String head() {
        String names = Arrays.stream(Feature.values())
                .map(feature ->
                        feature.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '))
                .collect(Collectors.joining(" | "));
        return "| transport | a publish reaches | payload up to | " + names + " | tests passed |";
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getRequiredTestInstance() instanceof Theme theme && theme.transport != null) {
            capabilities = theme.transport.capabilities();
        }
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        passedInAll++;
        themes.add(context.getRequiredTestClass().getSimpleName());
        features(context).forEach(feature -> passed.merge(feature, 1, Integer::sum));
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        themes.add(context.getRequiredTestClass().getSimpleName());
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        failedInAll++;
    }

    private static Set<Feature> features(ExtensionContext context) {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        add(features, context.getRequiredTestMethod().getAnnotation(Needs.class));
        for (Class<?> c = context.getRequiredTestClass(); c != null; c = c.getSuperclass()) {
            add(features, c.getAnnotation(Needs.class));
        }
        return features;
    }

    private static void add(Set<Feature> features, @Nullable Needs needs) {
        if (needs != null) {
            features.addAll(List.of(needs.value()));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        Capabilities known = capabilities;
        if (context.getRequiredTestClass().isAnnotationPresent(Nested.class)
                || known == null
                || failedInAll > 0
                || themes.size() < themesInAll()) {
            return; // a part of the contract says nothing about the whole
        }
        String row = row(known);
        if (Boolean.getBoolean(WRITE)) {
            write(row);
            return;
        }
        List<String> lines = Files.readAllLines(page);
        int at = indexOfRow(lines);
        if (!lines.get(at).equals(row)) {
            throw new AssertionError(page + " has\n" + lines.get(at) + "\nand the run says\n" + row + "\nrun with -D"
                    + WRITE + "=true to write it");
        }
        demandHead(lines);
    }

    private void demandHead(List<String> lines) {
        if (!lines.contains(head())) {
            throw new AssertionError(page + " has no table with the head\n" + head());
        }
    }

    /** Contracts of other transports, in other processes, write their rows at the same time. */
    private void write(String row) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(page.toFile(), "rw")) {
            FileLock lock = file.getChannel().lock();
            byte[] bytes = new byte[Math.toIntExact(file.length())];
            file.readFully(bytes);
            List<String> lines = new ArrayList<>(
                    new String(bytes, StandardCharsets.UTF_8).lines().toList());
            lines.set(indexOfRow(lines), row);
            demandHead(lines);
            file.setLength(0);
            file.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            lock.release();
        }
    }

    private static long themesInAll() {
        return Arrays.stream(TransportContract.class.getDeclaredClasses())
                .filter(c -> c.isAnnotationPresent(Nested.class))
                .count();
    }

    private int indexOfRow(List<String> lines) {
        String begin = "| " + transport + " |";
        Optional<String> row =
                lines.stream().filter(line -> line.startsWith(begin)).findFirst();
        return lines.indexOf(row.orElseThrow(() -> new AssertionError(page + " has no row that begins with " + begin)));
    }

    private String row(Capabilities known) {
        String cells = Arrays.stream(Feature.values())
                .map(feature -> known.has(feature) ? cell(passed.getOrDefault(feature, 0)) : "–")
                .collect(Collectors.joining(" | "));
        return "| " + transport + " | " + known.durability() + " | " + bytes(known.payloadBytesMax()) + " | " + cells
                + " | " + passedInAll + " |";
    }

    /** What no test could run for is said, and no more. */
    private static String cell(int tests) {
        return tests == 0 ? "said" : "✓ " + tests;
    }

    private static String bytes(int bytes) {
        return bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB" : bytes + " bytes";
    }
}
