package io.signalbox.security.password;

import io.signalbox.security.file.SecurityFile;
import io.signalbox.security.file.SecurityFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lines of {@code USER:HASH}; empty lines and lines that begin with {@code #} are skipped. One bad line makes the
 * whole file bad, and so does a file without users: nobody is ever let in because of what was not understood
 * (CVE-2018-12550, CVE-2018-12551).
 */
public final class PasswordFile {
    /** Of a user name, in characters. */
    public static final int USER_LENGTH_MAX = 256;

    private final Map<String, PasswordHash> users;

    private PasswordFile(Map<String, PasswordHash> users) {
        this.users = users;
    }

    /** @throws SecurityFileException with every bad line */
    public static PasswordFile read(Path file) throws SecurityFileException {
        Map<String, PasswordHash> users = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        int number = 0;
        for (String line : SecurityFile.lines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String problem = addLine(line, users);
            if (problem != null) {
                problems.add("line " + number + ": " + problem);
            }
        }
        if (problems.isEmpty() && users.isEmpty()) {
            problems.add("has no user; add one with `signalbox passwd`");
        }
        if (!problems.isEmpty()) {
            throw new SecurityFileException(file, problems);
        }
        return new PasswordFile(users);
    }

    private static @Nullable String addLine(String line, Map<String, PasswordHash> users) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            return "has no ':'; a line is USER:HASH";
        }
        String user = line.substring(0, colon);
        String problem = problemWithUser(user);
        if (problem != null) {
            return problem;
        }
        try {
            if (users.put(user, PasswordHash.parse(line.substring(colon + 1).strip())) != null) {
                return "user '" + user + "' is there twice; remove one line";
            }
            return null;
        } catch (IllegalArgumentException e) {
            return "user '" + user + "': " + e.getMessage();
        }
    }

    /** What is wrong with a user name, or null. */
    static @Nullable String problemWithUser(String user) {
        if (user.isEmpty()) {
            return "the user name is empty";
        }
        if (user.length() > USER_LENGTH_MAX) {
            return "the user name has " + user.length() + " characters; the limit is " + USER_LENGTH_MAX;
        }
        if (!user.strip().equals(user)) {
            return "the user name '" + user + "' begins or ends with a blank";
        }
        if (user.startsWith("#")) {
            return "the user name '" + user + "' begins with '#', which begins a comment";
        }
        if (user.indexOf(':') >= 0 || user.chars().anyMatch(Character::isISOControl)) {
            return "the user name has a ':' or a control character";
        }
        return null;
    }

    public @Nullable PasswordHash hashOf(String user) {
        return users.get(user);
    }

    /** Users of this file who are not in a newer one, or have another password there. */
    public Set<String> revokedBy(PasswordFile newer) {
        Set<String> revoked = new HashSet<>();
        users.forEach((user, hash) -> {
            PasswordHash now = newer.hashOf(user);
            if (now == null || !now.encoded().equals(hash.encoded())) {
                revoked.add(user);
            }
        });
        return revoked;
    }

    public int size() {
        return users.size();
    }

    /** In the file's order. */
    public List<PasswordHash> hashes() {
        return List.copyOf(users.values());
    }
}
