package io.signalbox.access;

import org.jspecify.annotations.Nullable;

/** What a stranger shows at the door. {@code toString} never shows the password. */
public record Credentials(
        String clientId, @Nullable String userName, byte @Nullable [] password, String remoteAddress) {
    @Override
    public String toString() {
        return "Credentials[clientId=" + clientId + ", userName=" + userName + ", remoteAddress=" + remoteAddress + "]";
    }
}
