package io.signalbox.access;

/**
 * Who speaks, once authenticated.
 *
 * @param name the user name, or {@link #ANONYMOUS}'s
 * @param clientId the client's own id; never trusted as proof of anything
 * @param anonymous no credentials were given
 */
public record Principal(String name, String clientId, boolean anonymous) {
    public static final Principal ANONYMOUS = new Principal("", "", true);

    public static Principal anonymous(String clientId) {
        return new Principal("", clientId, true);
    }

    public static Principal user(String name, String clientId) {
        return new Principal(name, clientId, false);
    }
}
