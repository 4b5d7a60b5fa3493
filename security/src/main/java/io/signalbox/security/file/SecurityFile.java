package io.signalbox.security.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads a whole security file as lines of strict UTF-8. */
public final class SecurityFile {
    public static final int BYTES_MAX = 16 << 20;

    private SecurityFile() {}

    /** @throws SecurityFileException unreadable, too large, not UTF-8, or with control characters */
    public static List<String> lines(Path file) throws SecurityFileException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        } catch (IOException e) {
            throw new SecurityFileException(
                    file, List.of("cannot be read (" + e + "); create it, or make it readable for the server's user"));
        }
        if (bytes.length > BYTES_MAX) {
            throw new SecurityFileException(file, List.of("is larger than the limit of " + BYTES_MAX + " bytes"));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new SecurityFileException(file, List.of("is not UTF-8 text; save it as UTF-8"));
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\n' && c != '\r' && c != '\t' && Character.isISOControl(c)) {
                throw new SecurityFileException(
                        file, List.of("has the control character " + (int) c + " at index " + i + "; remove it"));
            }
        }
        return text.lines().toList();
    }
}
