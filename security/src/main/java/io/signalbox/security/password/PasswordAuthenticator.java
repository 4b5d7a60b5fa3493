package io.signalbox.security.password;

import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import io.signalbox.access.ScramUsers;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.security.credential.CredentialCheck;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Checks user names and passwords against the password file now in force. A few threads do the hashing, since each
 * check takes tens of milliseconds and megabytes on purpose; what they cannot take is answered BUSY. A user that does
 * not exist costs the same hash, so that the time tells nothing.
 */
public final class PasswordAuthenticator implements CredentialCheck, AutoCloseable {
    /** A longer one is wrong: nobody can have set it. */
    public static final int PASSWORD_BYTES_MAX = 1_024;

    private static final byte[] NO_PASSWORD = new byte[0];

    private final Supplier<PasswordFile> users;
    private final Limits limits;
    private final ThreadPoolExecutor hashers;
    private final ConcurrentHashMap<String, Integer> waitingByAddress = new ConcurrentHashMap<>();
    private final VerifiedPasswords verified = new VerifiedPasswords();
    private final SecureRandom random = new SecureRandom();

    /**
     * @param threads checks at once
     * @param waitingMax checks that may wait for a thread
     * @param waitingPerAddressMax of those and the running ones, from one remote address, so that one guesser does not
     *     lock everybody else out
     */
    public record Limits(int threads, int waitingMax, int waitingPerAddressMax) {
        public static final Limits DEFAULT = new Limits(2, 256, 32);
    }

    /** @param users asked at each check; a new instance after a reload */
    public PasswordAuthenticator(Supplier<PasswordFile> users, Limits limits) {
        this.users = users;
        this.limits = limits;
        this.hashers = new ThreadPoolExecutor(
                limits.threads(),
                limits.threads(),
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(limits.waitingMax()),
                Thread.ofPlatform().name("signalbox-password-", 0).daemon().factory());
        hashers.allowCoreThreadTimeOut(true);
    }

    @Override
    public Optional<CompletionStage<Principal>> check(Credentials credentials) {
        String user = credentials.userName();
        if (user == null) {
            return Optional.empty();
        }
        byte[] given = credentials.password();
        byte[] password = given == null ? NO_PASSWORD : given;
        if (user.length() > PasswordFile.USER_LENGTH_MAX || password.length > PASSWORD_BYTES_MAX) {
            return Optional.of(CompletableFuture.failedFuture(wrong()));
        }
        PasswordFile file = users.get();
        if (verified.contains(file, user, password)) {
            return Optional.of(CompletableFuture.completedFuture(Principal.user(user, credentials.clientId())));
        }
        return Optional.of(submit(file, credentials, user, password));
    }

    @Override
    public Optional<ScramUsers> scramUsers() {
        return users.get().scramUsers();
    }

    private CompletionStage<Principal> submit(
            PasswordFile file, Credentials credentials, String user, byte[] password) {
        String address = credentials.remoteAddress();
        if (waitingByAddress.merge(address, 1, Integer::sum) > limits.waitingPerAddressMax()) {
            leave(address);
            return CompletableFuture.failedFuture(busy("from " + address, limits.waitingPerAddressMax()));
        }
        CompletableFuture<Principal> answer = new CompletableFuture<>();
        try {
            hashers.execute(() -> {
                try {
                    if (answer.isDone()) {
                        return; // whoever asked went away: a hash is dear
                    }
                    answer.complete(verify(file, credentials, user, password));
                } catch (Throwable e) {
                    // Also an OutOfMemoryError: the stranger waits for an answer, and the answer is no.
                    answer.completeExceptionally(
                            e instanceof SignalboxException
                                    ? e
                                    : new SignalboxException(ReasonCode.BUSY, "the password could not be hashed", e));
                } finally {
                    leave(address);
                }
            });
        } catch (RejectedExecutionException e) {
            leave(address);
            return CompletableFuture.failedFuture(busy("in all", limits.waitingMax()));
        }
        return answer;
    }

    private Principal verify(PasswordFile file, Credentials credentials, String user, byte[] password) {
        PasswordHash hash = file.hashOf(user);
        PasswordHash effective = hash != null ? hash : decoy(file, user);
        boolean right = effective.verify(password);
        if (!right || hash == null || password.length == 0) {
            throw wrong();
        }
        PasswordFile inForce = users.get();
        PasswordHash now = inForce == file ? hash : inForce.hashOf(user);
        if (now == null || !now.encoded().equals(hash.encoded())) {
            throw wrong(); // the file was replaced while the hash was computed
        }
        verified.add(file, user, password);
        return Principal.user(user, credentials.clientId());
    }

    /** Of the cost that some user of the file has, always the same for one name. */
    private PasswordHash decoy(PasswordFile file, String user) {
        List<PasswordHash> hashes = file.hashes();
        return hashes.get(Math.floorMod(user.hashCode(), hashes.size())).decoy(random);
    }

    private void leave(String address) {
        waitingByAddress.computeIfPresent(address, (a, count) -> count == 1 ? null : count - 1);
    }

    private static SignalboxException wrong() {
        return new SignalboxException(ReasonCode.BAD_CREDENTIALS, "user name or password is wrong");
    }

    private static SignalboxException busy(String where, int limit) {
        return new SignalboxException(
                ReasonCode.BUSY,
                "more than " + limit + " password checks " + where + " are waiting; try again in a moment");
    }

    /** What still waits is not answered. */
    @Override
    public void close() {
        hashers.shutdownNow();
    }
}
