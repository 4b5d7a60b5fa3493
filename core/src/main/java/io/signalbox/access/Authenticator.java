package io.signalbox.access;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Decides who a stranger is. Password hashes are slow on purpose, so the answer comes later. */
@FunctionalInterface
public interface Authenticator {
    /** Completes with the principal, or fails with a SignalboxException of BAD_CREDENTIALS or BUSY; never blocks. */
    CompletionStage<Principal> authenticate(Credentials credentials);

    /** Empty: no user can prove his password without showing it. Asked for each connection, for files are reloaded. */
    default Optional<ScramUsers> scramUsers() {
        return Optional.empty();
    }
}
