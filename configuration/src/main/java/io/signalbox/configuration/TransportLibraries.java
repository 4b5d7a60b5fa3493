package io.signalbox.configuration;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where transports and their client libraries are. They need not be on the class path of the process, which a server
 * without them would search in vain at every start: the system property {@value #PROPERTY} and the environment variable
 * {@value #PLUGINS} name folders of jars that are looked into when a transport is configured.
 */
public final class TransportLibraries {
    public static final String PROPERTY = "signalbox.transports";
    public static final String PLUGINS = "SIGNALBOX_PLUGINS";

    private static @Nullable ClassLoader loader;

    private TransportLibraries() {}

    /** One for the process: libraries have state of their own, such as drivers. */
    public static synchronized ClassLoader loader() {
        ClassLoader made = loader;
        if (made == null) {
            List<URL> jars = new ArrayList<>();
            jars.addAll(jarsOf(System.getProperty(PROPERTY)));
            jars.addAll(jarsOf(System.getenv(PLUGINS)));
            ClassLoader own = TransportLibraries.class.getClassLoader();
            made = jars.isEmpty() ? own : new URLClassLoader("signalbox-transports", jars.toArray(URL[]::new), own);
            loader = made;
        }
        return made;
    }

    private static List<URL> jarsOf(@Nullable String folders) {
        List<URL> jars = new ArrayList<>();
        if (folders != null && !folders.isBlank()) {
            for (String folder : folders.split(File.pathSeparator)) {
                jars.addAll(jars(Path.of(folder)));
            }
        }
        return jars;
    }

    private static List<URL> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<URL> jars = new ArrayList<>();
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                jars.add(url(jar));
            }
            return jars;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the folder of transports " + folder + " cannot be read; " + PROPERTY + " or " + PLUGINS
                            + " names it",
                    e);
        }
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }

    /** Runs it so that libraries which ask the thread for classes find theirs; so do threads that it starts. */
    public static <T extends @Nullable Object, E extends Exception> T with(Work<T, E> work) throws E {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader());
        try {
            return work.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** What may throw one checked exception. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object, E extends Exception> {
        T run() throws E;
    }
}
