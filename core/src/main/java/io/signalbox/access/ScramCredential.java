package io.signalbox.access;

/**
 * What is kept of a password for SCRAM-SHA-256 (RFC 5802, RFC 7677): with it the server can tell whether a client knows
 * the password, and nobody can log in. {@code toString} shows none of it.
 *
 * @param iterations what a client, or whoever guesses at a stolen file, has to compute for each password
 * @param storedKey 32 bytes
 * @param serverKey 32 bytes; proves the server to the client
 */
public record ScramCredential(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    @Override
    public String toString() {
        return "ScramCredential[iterations=" + iterations + "]";
    }
}
