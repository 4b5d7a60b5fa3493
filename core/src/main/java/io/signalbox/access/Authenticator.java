package io.signalbox.access;

import java.util.concurrent.CompletionStage;

/** Decides who a stranger is. Password hashes are slow on purpose, so the answer comes later. */
@FunctionalInterface
public interface Authenticator {
    /** Completes with the principal, or fails with a SignalboxException of BAD_CREDENTIALS or BUSY; never blocks. */
    CompletionStage<Principal> authenticate(Credentials credentials);
}
