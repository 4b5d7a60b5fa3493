package io.signalbox.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The terminal's keys one by one, without Enter; as they were before when this is closed. */
final class Keys implements AutoCloseable {
    private final @Nullable String before;

    private Keys(@Nullable String before) {
        this.before = before;
    }

    /** Where there is no stty, keys come by whole lines as ever. */
    static Keys unbuffered() {
        String settings = stty("-g");
        if (settings != null) {
            stty("-icanon", "-echo");
        }
        return new Keys(settings);
    }

    static Keys untouched() {
        return new Keys(null);
    }

    @Override
    public void close() {
        if (before != null) {
            stty(before);
        }
    }

    /** @return what it printed; null if it failed, such as when standard input is no terminal */
    private static @Nullable String stty(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return process.waitFor(2, TimeUnit.SECONDS) && process.exitValue() == 0 ? out : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
