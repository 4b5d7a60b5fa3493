package io.signalbox.security;

import io.signalbox.access.Authenticator;
import io.signalbox.access.Authorizer;
import io.signalbox.security.credential.AnonymousCheck;
import io.signalbox.security.credential.AnyNameIsAnonymous;
import io.signalbox.security.credential.AuthenticatorChain;
import io.signalbox.security.credential.CredentialCheck;
import io.signalbox.security.file.SecurityFileException;
import io.signalbox.security.password.PasswordAuthenticator;
import io.signalbox.security.password.PasswordFile;
import io.signalbox.security.permission.PermissionAuthorizer;
import io.signalbox.security.permission.PermissionFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The security files in force, and the ports that are answered from them. A bad file at the start is refused; a bad
 * file at a reload leaves what was in force before, of both files, and says so.
 */
public final class Security implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Security.class);

    private final @Nullable Path passwordPath;
    private final @Nullable Path permissionPath;
    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final @Nullable PermissionAuthorizer permissions;
    private final @Nullable RevocableAuthorizer rights;
    private final @Nullable PasswordAuthenticator passwordCheck;
    private final Set<String> removedUsers = new HashSet<>();

    /** Whose revocation the listener has not taken: it is told again. */
    private final Set<String> unheard = new HashSet<>();

    private volatile Consumer<Set<String>> onRevoked = users -> {};
    private volatile @Nullable PasswordFile passwords;

    /**
     * @param passwordFile null: no user is known
     * @param permissionFile null: see {@link UsersMayUseTopics}, or everything for everybody when there is no password
     *     file either
     * @param anonymous let in clients without credentials
     * @param checks tried after the password file's
     */
    public record Settings(
            @Nullable Path passwordFile,
            @Nullable Path permissionFile,
            boolean anonymous,
            PasswordAuthenticator.Limits limits,
            List<CredentialCheck> checks) {
        public static final Settings OPEN =
                new Settings(null, null, true, PasswordAuthenticator.Limits.DEFAULT, List.of());
    }

    private Security(Settings settings, @Nullable PasswordFile users, @Nullable PermissionFile rules) {
        passwordPath = settings.passwordFile();
        permissionPath = settings.permissionFile();
        passwords = users;
        List<CredentialCheck> checks = new ArrayList<>();
        if (users == null) {
            passwordCheck = null;
        } else {
            passwordCheck = new PasswordAuthenticator(() -> Objects.requireNonNull(passwords), settings.limits());
            checks.add(passwordCheck);
        }
        checks.addAll(settings.checks());
        if (settings.anonymous()) {
            checks.add(new AnonymousCheck());
            if (users == null && settings.checks().isEmpty()) {
                checks.add(new AnyNameIsAnonymous());
            }
        }
        authenticator = new AuthenticatorChain(checks);
        permissions = rules == null ? null : new PermissionAuthorizer(rules);
        if (permissions != null) {
            rights = new RevocableAuthorizer(permissions);
        } else {
            boolean open = users == null && settings.checks().isEmpty();
            rights = open ? null : new RevocableAuthorizer(new UsersMayUseTopics());
        }
        authorizer = rights == null ? Authorizer.ALLOW_ALL : rights;
    }

    /** @throws SecurityFileException the first file that cannot be trusted */
    public static Security open(Settings settings) throws SecurityFileException {
        return new Security(settings, readUsers(settings.passwordFile()), readRules(settings.permissionFile()));
    }

    private static @Nullable PasswordFile readUsers(@Nullable Path file) throws SecurityFileException {
        return file == null ? null : PasswordFile.read(file);
    }

    private static @Nullable PermissionFile readRules(@Nullable Path file) throws SecurityFileException {
        return file == null ? null : PermissionFile.read(file);
    }

    /**
     * Reads both files again and puts both in force, or neither.
     *
     * @return how many users and rules are in force now
     * @throws SecurityFileException what is wrong; what was in force stays
     */
    public Reloaded reload() throws SecurityFileException {
        return reload(() -> {});
    }

    /**
     * The same together with something else: what it is, or nothing of both.
     *
     * @param alongside puts it in force, and cannot fail; run when both files are known to be good
     * @throws SecurityFileException what is wrong; what was in force stays, and {@code alongside} was not run
     */
    public synchronized Reloaded reload(Runnable alongside) throws SecurityFileException {
        PasswordFile users;
        PermissionFile rules;
        try {
            users = readUsers(passwordPath);
            rules = readRules(permissionPath);
        } catch (SecurityFileException e) {
            LOG.error("security reload refused, the files read before stay in force: {}", e.getMessage());
            throw e;
        }
        alongside.run();
        PasswordFile before = passwords;
        // The rules first: a new user must not come in under old ones that do not deny it anything yet.
        if (permissions != null && rules != null) {
            permissions.replace(rules);
        }
        passwords = users;
        Reloaded result = new Reloaded(users == null ? 0 : users.size(), rules == null ? 0 : rules.size());
        LOG.info("security files reloaded: {} users, {} rules", result.users(), result.rules());
        // Last: a listener of others' may fail, and all is in force by then.
        if (before != null && users != null) {
            revoke(before.revokedBy(users), users);
        }
        return result;
    }

    /** Who was let in with a password that is no longer right has to go. */
    private void revoke(Set<String> revoked, PasswordFile inForce) {
        removedUsers.addAll(revoked);
        removedUsers.removeIf(user -> inForce.hashOf(user) != null);
        if (rights != null) {
            rights.removed(removedUsers);
        }
        unheard.addAll(revoked);
        if (!unheard.isEmpty()) {
            LOG.info("{} users were removed or have another password; their connections end", unheard.size());
            onRevoked.accept(Set.copyOf(unheard));
            unheard.clear();
        }
    }

    /** @param listener hears, at a reload, of users whose password is no longer in force; again if it throws */
    public void onRevoked(Consumer<Set<String>> listener) {
        onRevoked = listener;
    }

    /** @param users 0 as well when there is no such file */
    public record Reloaded(int users, int rules) {}

    public Authenticator authenticator() {
        return authenticator;
    }

    public Authorizer authorizer() {
        return authorizer;
    }

    @Override
    public void close() {
        if (passwordCheck != null) {
            passwordCheck.close();
        }
    }
}
