package io.signalbox.security.credential;

import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * On a server that knows no users at all, a client that sends a name and a password is as welcome as one that does
 * not, and as anonymous: the name is not believed.
 */
public final class AnyNameIsAnonymous implements CredentialCheck {
    @Override
    public Optional<CompletionStage<Principal>> check(Credentials credentials) {
        return Optional.of(CompletableFuture.completedFuture(Principal.anonymous(credentials.clientId())));
    }
}
