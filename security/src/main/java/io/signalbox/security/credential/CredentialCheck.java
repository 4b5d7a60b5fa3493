package io.signalbox.security.credential;

import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import io.signalbox.access.ScramUsers;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One way to prove who you are: a password now, a token or a certificate when those come. Thread safe, never blocks.
 */
@FunctionalInterface
public interface CredentialCheck {
    /**
     * @return empty if credentials of this kind are not this check's business. Otherwise its answer is final: the
     *     principal, or a failure with BAD_CREDENTIALS or BUSY
     */
    Optional<CompletionStage<Principal>> check(Credentials credentials);

    /** Empty: none of this check's users can prove a password without showing it. */
    default Optional<ScramUsers> scramUsers() {
        return Optional.empty();
    }
}
