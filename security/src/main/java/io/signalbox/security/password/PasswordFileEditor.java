package io.signalbox.security.password;

import io.signalbox.security.file.SecurityFile;
import io.signalbox.security.file.SecurityFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Adds, changes and removes users. The file is replaced as a whole, with mode 0600, so a reader sees old or new. */
public final class PasswordFileEditor {
    private final Path file;
    private final Argon2Cost cost;

    public PasswordFileEditor(Path file) {
        this(file, Argon2Cost.DEFAULT);
    }

    public PasswordFileEditor(Path file, Argon2Cost cost) {
        this.file = file;
        this.cost = cost;
    }

    /**
     * Adds the user, or changes the password; creates the file when there is none.
     *
     * @throws IllegalArgumentException a user name or password that cannot be used
     * @throws SecurityFileException the file that is there is not a password file
     */
    public void put(String user, byte[] password) throws IOException, SecurityFileException {
        List<String> lines = otherLines(user);
        lines.add(line(user, password, cost));
        replace(lines);
    }

    /** As {@link #put}, and the user may log in with SCRAM-SHA-256 too, which does not show the server the password. */
    public void putForScram(String user, byte[] password, int iterations) throws IOException, SecurityFileException {
        List<String> lines = otherLines(user);
        String hash = line(user, password, cost);
        lines.add(hash + " "
                + ScramVerifier.of(password, iterations, new SecureRandom()).encoded());
        replace(lines);
    }

    /** @return false if there was none of that name, or if it is the last one, which a password file must keep */
    public boolean remove(String user) throws IOException, SecurityFileException {
        PasswordFile before = PasswordFile.read(file);
        if (before.hashOf(user) == null || before.size() == 1) {
            return false;
        }
        replace(otherLines(user));
        return true;
    }

    /** One line of a password file. */
    public static String line(String user, byte[] password, Argon2Cost cost) {
        String problem = PasswordFile.problemWithUser(user);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        if (password.length == 0 || password.length > PasswordAuthenticator.PASSWORD_BYTES_MAX) {
            throw new IllegalArgumentException("the password has " + password.length + " bytes; it must have 1 to "
                    + PasswordAuthenticator.PASSWORD_BYTES_MAX);
        }
        return user + ":" + PasswordHash.of(password, cost, new SecureRandom()).encoded();
    }

    private List<String> otherLines(String user) throws SecurityFileException {
        List<String> lines = new ArrayList<>();
        if (Files.exists(file)) {
            PasswordFile.read(file);
            for (String line : SecurityFile.lines(file)) {
                if (!line.startsWith(user + ":")) {
                    lines.add(line);
                }
            }
        }
        return lines;
    }

    private void replace(List<String> lines) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null) {
            throw new FileSystemException(file.toString(), null, "is not a file");
        }
        Path fresh = Files.createTempFile(
                directory,
                ".passwords",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(fresh, Set.of(StandardOpenOption.WRITE))) {
                ByteBuffer bytes = ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
