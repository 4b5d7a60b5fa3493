package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds out who asks, by HTTP Basic (RFC 7617), and whether they may use a route. */
final class Door {
    private static final long AUTHENTICATION_SECONDS_MAX = 30;

    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final boolean loopback;

    Door(Authenticator authenticator, Authorizer authorizer, boolean loopback) {
        this.authenticator = authenticator;
        this.authorizer = authorizer;
        this.loopback = loopback;
    }

    /** Completes on any thread, with who it is or a SignalboxException; never blocks. */
    CompletableFuture<Principal> enter(Route route, HttpHeaders headers, String remoteAddress) {
        if (route.access() == Route.Access.PUBLIC) {
            return CompletableFuture.completedFuture(Principal.ANONYMOUS);
        }
        CompletableFuture<Principal> asked;
        try {
            asked = authenticator
                    .authenticate(credentials(headers, remoteAddress))
                    .toCompletableFuture();
        } catch (SignalboxException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (!asked.isDone()) {
            var unused = asked.orTimeout(AUTHENTICATION_SECONDS_MAX, TimeUnit.SECONDS);
        }
        return asked.handle((principal, failure) -> {
            if (failure != null) {
                throw refusal(failure);
            }
            check(route, principal);
            return principal;
        });
    }

    /**
     * Asked again when the request is whole: the rules may be others by then.
     *
     * @throws SignalboxException who has come in may not use the route
     */
    void check(Route route, Principal principal) {
        if (route.access() == Route.Access.ADMIN) {
            checkMayAdminister(principal);
        }
    }

    private void checkMayAdminister(Principal principal) {
        // Whoever is not on this machine and has no name never administers, whatever the rules allow everybody.
        boolean unknownStranger = principal.anonymous() && !loopback;
        if (unknownStranger || !authorizer.mayAdminister(principal)) {
            if (principal.anonymous()) {
                throw new SignalboxException(
                        ReasonCode.BAD_CREDENTIALS, "this needs a user who may administer; send name and password");
            }
            throw new SignalboxException(
                    ReasonCode.NOT_AUTHORIZED,
                    "user '" + principal.name() + "' may not administer; the permissions file must say `allow user:"
                            + principal.name() + " admin`");
        }
    }

    private static SignalboxException refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case SignalboxException refusal -> refusal;
            case TimeoutException e ->
                new SignalboxException(
                        ReasonCode.BUSY,
                        "the credentials were not checked within " + AUTHENTICATION_SECONDS_MAX + " s",
                        e);
            default -> new SignalboxException(ReasonCode.INTERNAL, "the credentials could not be checked", cause);
        };
    }

    private static Credentials credentials(HttpHeaders headers, String remoteAddress) {
        List<String> given = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        if (given.isEmpty()) {
            return new Credentials("", null, null, remoteAddress);
        }
        String header = given.getFirst();
        if (given.size() == 1 && header.regionMatches(true, 0, "Basic ", 0, 6)) {
            try {
                byte[] pair = Base64.getDecoder().decode(header.substring(6).strip());
                for (int i = 0; i < pair.length; i++) {
                    if (pair[i] == ':') {
                        String user = new String(pair, 0, i, StandardCharsets.UTF_8);
                        return new Credentials(
                                "", user, java.util.Arrays.copyOfRange(pair, i + 1, pair.length), remoteAddress);
                    }
                }
            } catch (IllegalArgumentException e) {
                // the same answer as for another scheme
            }
        }
        throw new SignalboxException(
                ReasonCode.BAD_CREDENTIALS, "the Authorization header must be one: Basic and Base64 of USER:PASSWORD");
    }
}
