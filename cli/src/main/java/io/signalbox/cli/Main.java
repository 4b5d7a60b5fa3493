package io.signalbox.cli;

import org.jspecify.annotations.Nullable;

/** Entry of the process. */
public final class Main {
    private Main() {}

    /**
     * A server that is called in the plain way starts without picocli, whose classes are too old for the JVM's cache
     * and take a third of the whole start.
     */
    public static void main(String[] args) {
        @Nullable ServerArguments plain = ServerArguments.ofPlain(args);
        System.exit(plain != null ? plain.run() : RootCommand.run(Stdio.ofProcess(), args));
    }
}
