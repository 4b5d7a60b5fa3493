package io.signalbox.security.credential;

import io.signalbox.access.Authenticator;
import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import io.signalbox.access.ScramUsers;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The first check that knows the kind of credentials decides. None knows it: refused. */
public final class AuthenticatorChain implements Authenticator {
    private final List<CredentialCheck> checks;

    public AuthenticatorChain(List<CredentialCheck> checks) {
        this.checks = List.copyOf(checks);
    }

    @Override
    public Optional<ScramUsers> scramUsers() {
        return checks.stream()
                .map(CredentialCheck::scramUsers)
                .flatMap(Optional::stream)
                .findFirst();
    }

    @Override
    public CompletionStage<Principal> authenticate(Credentials credentials) {
        try {
            for (CredentialCheck check : checks) {
                Optional<CompletionStage<Principal>> answer = check.check(credentials);
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(
                    new SignalboxException(ReasonCode.INTERNAL, "the credentials could not be checked", e));
        }
        return CompletableFuture.failedFuture(new SignalboxException(
                ReasonCode.BAD_CREDENTIALS,
                credentials.userName() == null
                        ? "no user name was given and anonymous clients are not allowed here"
                        : "user name or password is wrong"));
    }
}
