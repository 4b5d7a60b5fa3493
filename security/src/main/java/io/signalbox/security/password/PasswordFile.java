package io.signalbox.security.password;

import io.signalbox.access.ScramCredential;
import io.signalbox.access.ScramUsers;
import io.signalbox.security.file.SecurityFile;
import io.signalbox.security.file.SecurityFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lines of {@code USER:HASH}, or {@code USER:HASH VERIFIER} for users who may use SCRAM; empty lines and lines that begin with {@code #} are skipped. One bad line makes the
 * whole file bad, and so does a file without users: nobody is ever let in because of what was not understood
 * (CVE-2018-12550, CVE-2018-12551).
 */
public final class PasswordFile {
    /** Of a user name, in characters. */
    public static final int USER_LENGTH_MAX = 256;

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final Map<String, Entry> users;
    private final Optional<ScramUsers> scramUsers;

    /** @param scram null: this user can only show the password */
    private record Entry(PasswordHash hash, @Nullable ScramVerifier scram) {
        String encoded() {
            return hash.encoded() + (scram == null ? "" : " " + scram.encoded());
        }
    }

    private PasswordFile(Map<String, Entry> users) {
        this.users = users;
        this.scramUsers = users.values().stream()
                .map(Entry::scram)
                .filter(Objects::nonNull)
                .findFirst()
                .map(any -> user -> credentialOf(user, any));
    }

    /** @throws SecurityFileException with every bad line */
    public static PasswordFile read(Path file) throws SecurityFileException {
        Map<String, Entry> users = new LinkedHashMap<>();
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

    private static @Nullable String addLine(String line, Map<String, Entry> users) {
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
            String[] parts = BLANKS.split(line.substring(colon + 1).strip(), -1);
            if (parts.length > 2) {
                return "user '" + user + "' has " + parts.length
                        + " credentials; a line is USER:HASH or USER:HASH VERIFIER";
            }
            ScramVerifier scram = parts.length == 2 ? ScramVerifier.parse(parts[1]) : null;
            if (users.put(user, new Entry(PasswordHash.parse(parts[0]), scram)) != null) {
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
        Entry entry = users.get(user);
        return entry == null ? null : entry.hash();
    }

    /** Empty: no user has a verifier. */
    public Optional<ScramUsers> scramUsers() {
        return scramUsers;
    }

    /** @param any tells strangers nothing: what nobody knows is made of its key and the name */
    private ScramCredential credentialOf(String user, ScramVerifier any) {
        Entry entry = users.get(user);
        ScramVerifier known = entry == null ? null : entry.scram();
        return known == null ? any.decoy(user) : known.credential();
    }

    /** Users of this file who are not in a newer one, or have another password there. */
    public Set<String> revokedBy(PasswordFile newer) {
        Set<String> revoked = new HashSet<>();
        users.forEach((user, entry) -> {
            Entry now = newer.users.get(user);
            if (now == null || !now.encoded().equals(entry.encoded())) {
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
        return users.values().stream().map(Entry::hash).toList();
    }
}
