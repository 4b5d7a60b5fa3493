package io.signalbox.client.connection;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A user and his password, for MQTT and for HTTP. */
public record Login(String user, byte[] password) {
    public Login {
        password = password.clone();
    }

    public static Login of(String user, String password) {
        return new Login(user, password.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public byte[] password() {
        return password.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Login that && user.equals(that.user) && Arrays.equals(password, that.password);
    }

    @Override
    public int hashCode() {
        return user.hashCode();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Login[" + user + "]";
    }
}
