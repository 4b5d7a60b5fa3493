package io.signalbox.security.credential;

import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lets in those who show nothing. Whoever shows a user name meant to be checked, and is left to the other checks. */
public final class AnonymousCheck implements CredentialCheck {
    @Override
    public Optional<CompletionStage<Principal>> check(Credentials credentials) {
        if (credentials.userName() != null || credentials.password() != null) {
            return Optional.empty();
        }
        return Optional.of(CompletableFuture.completedFuture(Principal.anonymous(credentials.clientId())));
    }
}
