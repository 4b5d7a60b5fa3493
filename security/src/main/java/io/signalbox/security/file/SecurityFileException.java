package io.signalbox.security.file;

import java.nio.file.Path;
import java.util.List;

/** A security file that cannot be trusted as it stands. Nothing of it is in force. */
public final class SecurityFileException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN_MAX = 20;

    private final transient List<String> problems;

    /** @param problems each with its line, what is wrong, and what would be right; never a password or a hash */
    public SecurityFileException(Path file, List<String> problems) {
        super(text(file, problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }

    private static String text(Path file, List<String> problems) {
        String shown = String.join("; ", problems.subList(0, Math.min(problems.size(), SHOWN_MAX)));
        int more = problems.size() - SHOWN_MAX;
        return file + ": " + shown + (more > 0 ? "; and " + more + " more" : "");
    }
}
