package io.signalbox.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a command in this process, with streams of its own; it may still be running. */
final class Shell {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    private Shell() {}

    static Shell run(String... arguments) {
        return runWithInput("", arguments);
    }

    /** Until it has ended. */
    static Shell runWithInput(String input, String... arguments) {
        Shell shell = start(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), arguments);
        shell.exitCode();
        return shell;
    }

    static Shell start(String... arguments) {
        return start(InputStream.nullInputStream(), arguments);
    }

    static Shell start(InputStream in, String... arguments) {
        Shell shell = new Shell();
        Stdio stdio = new Stdio(
                in,
                new PrintStream(shell.out, true, StandardCharsets.UTF_8),
                new PrintStream(shell.err, true, StandardCharsets.UTF_8),
                false,
                false,
                false);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                shell.exitCode.complete(RootCommand.run(stdio, arguments));
            } catch (Throwable e) {
                shell.exitCode.completeExceptionally(e);
            }
        });
        return shell;
    }

    /** Waits for it. */
    int exitCode() {
        try {
            return exitCode.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the command did not end; out: " + out() + " err: " + err(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
