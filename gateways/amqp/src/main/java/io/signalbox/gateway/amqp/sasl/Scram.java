package io.signalbox.gateway.amqp.sasl;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import io.signalbox.access.ScramCredential;
import io.signalbox.access.ScramUsers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding: the client proves that it knows the
 * password, and the server that it knows what was made of it. Owned by the connection's loop.
 */
final class Scram {
    static final String NAME = "SCRAM-SHA-256";

    private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
    private static final int NONCE_CHARS = 24;

    private final Supplier<Optional<ScramUsers>> users;
    private final SecureRandom random;

    /** After the first message. */
    private @Nullable First first;

    /** After the last: what is still to be heard. */
    private @Nullable String proven;

    /** @param gs2Header as the client wrote it, to be repeated in its last message */
    private record First(String user, ScramCredential credential, String gs2Header, String nonce, String messages) {}

    /** What comes next. */
    sealed interface Step {}

    record Challenge(byte[] data) implements Step {}

    record Done(String user) implements Step {}

    /** @param detail for the log; a stranger is told nothing */
    record Failed(String detail) implements Step {}

    Scram(Supplier<Optional<ScramUsers>> users, SecureRandom random) {
        this.users = users;
        this.random = random;
    }

    Step next(byte[] response) {
        if (proven != null) {
            // The client has heard the server's proof, and says no more.
            return response.length == 0 ? new Done(proven) : new Failed("a response after the last");
        }
        String text = new String(response, StandardCharsets.UTF_8);
        First begun = first;
        return begun == null ? onFirst(text) : onFinal(begun, text);
    }

    private Step onFirst(String text) {
        int flagEnd = text.indexOf(',');
        int headerEnd = flagEnd < 0 ? -1 : text.indexOf(',', flagEnd + 1);
        if (headerEnd < 0) {
            return new Failed("the first message has no header (RFC 5802, 7)");
        }
        String flag = text.substring(0, flagEnd);
        if (!flag.equals("n") && !flag.equals("y")) {
            return new Failed("channel binding is not offered");
        }
        String authorization = text.substring(flagEnd + 1, headerEnd);
        String bare = text.substring(headerEnd + 1);
        int userEnd = bare.indexOf(",r=");
        if (!bare.startsWith("n=") || userEnd < 0) {
            return new Failed("the first message has no name and nonce; extensions before them are not known");
        }
        String saslName = bare.substring(2, userEnd);
        String clientNonce = bare.substring(userEnd + 3);
        if (saslName.isEmpty()
                || saslName.indexOf(',') >= 0
                || clientNonce.isEmpty()
                || clientNonce.indexOf(',') >= 0) {
            return new Failed("the first message has an empty name or nonce, or extensions");
        }
        if (!authorization.isEmpty() && !authorization.equals("a=" + saslName)) {
            return new Failed("nobody may act as somebody else");
        }
        ScramUsers known = users.get().orElse(null);
        if (known == null) {
            return new Failed("no user can use it any more");
        }
        String user = saslName.replace("=2C", ",").replace("=3D", "=");
        ScramCredential credential = known.credentialOf(user);
        String nonce = clientNonce + ScramFunctions.nonce(NONCE_CHARS, random);
        String serverFirst = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(credential.salt()) + ",i="
                + credential.iterations();
        first = new First(user, credential, text.substring(0, headerEnd + 1), nonce, bare + "," + serverFirst);
        return new Challenge(serverFirst.getBytes(StandardCharsets.UTF_8));
    }

    private Step onFinal(First begun, String text) {
        String withoutProof = "c="
                + Base64.getEncoder().encodeToString(begun.gs2Header().getBytes(StandardCharsets.UTF_8)) + ",r="
                + begun.nonce();
        String proofField = withoutProof + ",p=";
        if (!text.startsWith(proofField)) {
            return new Failed("the last message does not repeat header and nonce");
        }
        byte[] proof;
        try {
            proof = Base64.getDecoder().decode(text.substring(proofField.length()));
        } catch (IllegalArgumentException e) {
            return new Failed("the proof is no Base64");
        }
        String message = begun.messages() + "," + withoutProof;
        ScramCredential credential = begun.credential();
        if (proof.length != credential.storedKey().length
                || !ScramFunctions.verifyClientProof(MECHANISM, proof, credential.storedKey(), message)
                || !isInForce(begun)) {
            return new Failed("user name or password is wrong");
        }
        proven = begun.user();
        byte[] signature = ScramFunctions.serverSignature(MECHANISM, credential.serverKey(), message);
        return new Challenge(("v=" + Base64.getEncoder().encodeToString(signature)).getBytes(StandardCharsets.UTF_8));
    }

    /** The users may have been read again since the exchange began. */
    private boolean isInForce(First begun) {
        return users.get()
                .map(now -> MessageDigest.isEqual(
                        now.credentialOf(begun.user()).storedKey(),
                        begun.credential().storedKey()))
                .orElse(false);
    }
}
