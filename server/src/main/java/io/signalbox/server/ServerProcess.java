package io.signalbox.server;

import io.signalbox.server.config.ConfigurationException;
import io.signalbox.server.config.ServerConfig;
import io.signalbox.server.exit.ExitCode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** The server as a process: one line when ready, SIGTERM and SIGINT end it, SIGHUP reloads the security files. */
public final class ServerProcess {
    private final PrintStream out;
    private final PrintStream err;
    private final CountDownLatch stop = new CountDownLatch(1);

    private ServerProcess(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Runs until a signal.
     *
     * @param config null: no file
     * @param sets values by key
     * @return the process's exit code, an {@link ExitCode}
     */
    public static int run(@Nullable Path config, Map<String, String> sets, PrintStream out) {
        return new ServerProcess(out, System.err).run(config, System.getenv(), sets);
    }

    /** Only checks the configuration and starts; for the tests of its messages. */
    static int run(
            @Nullable Path config,
            Map<String, String> environment,
            Map<String, String> sets,
            PrintStream out,
            PrintStream err,
            CountDownLatch stopSoon) {
        ServerProcess process = new ServerProcess(out, err);
        Thread.ofVirtual().start(() -> {
            try {
                stopSoon.await();
                process.stop.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return process.run(config, environment, sets);
    }

    private int run(@Nullable Path file, Map<String, String> environment, Map<String, String> sets) {
        // Not the start of the process: its clock is coarse, and the launcher may have built before.
        long begun = System.nanoTime();
        ServerConfig config;
        try {
            config = ServerConfig.load(file, environment, sets);
        } catch (ConfigurationException e) {
            e.problems().forEach(problem -> err.println("signalbox: " + problem));
            return ExitCode.CONFIGURATION.number();
        }
        // A hangup must not end a process that is starting, as it would without a handler; what it asks for comes
        // later.
        AtomicReference<@Nullable SignalboxServer> running = new AtomicReference<>();
        AtomicBoolean hungUp = new AtomicBoolean();
        Signal.handle(new Signal("HUP"), signal -> {
            hungUp.set(true);
            reload(running.get(), hungUp);
        });
        SignalboxServer server;
        try {
            server = SignalboxServer.start(config);
        } catch (ServerStartException e) {
            String.valueOf(e.getMessage()).lines().forEach(line -> err.println("signalbox: " + line));
            if (e.exitCode() == ExitCode.INTERNAL) {
                LoggerFactory.getLogger(ServerProcess.class).error("the start failed", e);
            }
            return e.exitCode().number();
        }
        running.set(server);
        reload(server, hungUp);
        endOnSignals();
        server.transportLines().forEach(out::println);
        out.println("signalbox " + Version.TEXT + " ready: mqtt "
                + place(config.mqtt().host(), server.ports().mqtt())
                + (config.amqpEnabled()
                        ? ", amqp " + place(config.amqp().host(), server.ports().amqp())
                        : "")
                + ", http " + place(config.http().host(), server.ports().http()) + ", data "
                + config.log().directory() + " ("
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms)");
        out.flush();
        try {
            stop.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return (server.shutDown() ? ExitCode.OK : ExitCode.INTERNAL).number();
    }

    /** @param server null: it is starting */
    private static void reload(@Nullable SignalboxServer server, AtomicBoolean askedFor) {
        if (server != null && askedFor.getAndSet(false)) {
            Thread.ofVirtual().start(server::reload);
        }
    }

    private static String place(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** A second signal to stop ends the process at once: what was acknowledged is safe then as well. */
    private void endOnSignals() {
        for (String name : new String[] {"TERM", "INT"}) {
            Signal.handle(new Signal(name), signal -> {
                if (stop.getCount() == 0) {
                    Runtime.getRuntime().halt(128 + signal.getNumber());
                }
                stop.countDown();
            });
        }
    }
}
