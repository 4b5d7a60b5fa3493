package io.signalbox.security.permission;

import io.signalbox.security.file.SecurityFile;
import io.signalbox.security.file.SecurityFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of a permissions file. The last line is {@code end}, so that a file cut short, which may have lost its
 * denials, is never taken for a whole one. One bad line makes the whole file bad; so does a file without rules.
 *
 * <p>What no rule allows is denied, and a denial wins over every permission, in whatever order they stand.
 */
public final class PermissionFile {
    static final int RULES_MAX = 10_000;

    private final List<Rule> rules;

    private PermissionFile(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** @throws SecurityFileException with every bad line */
    public static PermissionFile read(Path file) throws SecurityFileException {
        List<Rule> rules = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        boolean ended = false;
        int number = 0;
        for (String raw : SecurityFile.lines(file)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (ended) {
                problems.add("line " + number + ": comes after `end`; move it before, or remove the earlier `end`");
                break;
            }
            if (line.equals("end")) {
                ended = true;
                continue;
            }
            try {
                rules.add(RuleParser.parse(line));
            } catch (IllegalArgumentException e) {
                problems.add("line " + number + ": " + e.getMessage());
            }
        }
        if (!ended) {
            problems.add("has no last line `end`; it is empty or was cut short: complete it and add that line");
        }
        if (ended && rules.isEmpty() && problems.isEmpty()) {
            problems.add("has no rule and so would deny everything; say so with `deny everybody all #` if it is meant");
        }
        if (rules.size() > RULES_MAX) {
            problems.add("has " + rules.size() + " rules; the limit is " + RULES_MAX);
        }
        if (!problems.isEmpty()) {
            throw new SecurityFileException(file, problems);
        }
        return new PermissionFile(rules);
    }

    List<Rule> rules() {
        return rules;
    }

    public int size() {
        return rules.size();
    }
}
