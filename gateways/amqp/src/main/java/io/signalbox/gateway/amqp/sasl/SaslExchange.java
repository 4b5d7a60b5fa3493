package io.signalbox.gateway.amqp.sasl;

import io.netty.buffer.ByteBuf;
import io.signalbox.access.Authenticator;
import io.signalbox.access.Credentials;
import io.signalbox.access.Principal;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one SASL exchange (5.3): offers mechanisms, takes one init and the responses that its mechanism asks
 * for, finds out who that is, and says how it ended. Owned by the connection's loop.
 */
public final class SaslExchange {
    private static final String ANONYMOUS = "ANONYMOUS";
    private static final String PLAIN = "PLAIN";
    private static final String EXTERNAL = "EXTERNAL";
    private static final byte[] NOTHING = {};
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Authenticator authenticator;
    private final boolean anonymous;
    private final String remoteAddress;
    private final @Nullable String certificateName;
    private final String reservedName;
    private final Executor loop;
    private final Consumer<ByteBuf> out;
    private final Consumer<SaslResult> ended;
    private State state = State.INIT;
    private String mechanism = "";
    private @Nullable Scram scram;
    private @Nullable CompletionStage<Principal> asked;

    private enum State {
        INIT,
        RESPONSE,
        CHECKING,
        OVER
    }

    /**
     * @param anonymous offer ANONYMOUS
     * @param certificateName who the client's verified TLS certificate names; null: it showed none
     * @param reservedName of a user that no client may be
     * @param ended hears the result once, after the outcome was sent
     */
    public SaslExchange(
            Authenticator authenticator,
            boolean anonymous,
            String remoteAddress,
            @Nullable String certificateName,
            String reservedName,
            Executor loop,
            Consumer<ByteBuf> out,
            Consumer<SaslResult> ended) {
        this.authenticator = authenticator;
        this.anonymous = anonymous;
        this.remoteAddress = remoteAddress;
        this.certificateName = certificateName;
        this.reservedName = reservedName;
        this.loop = loop;
        this.out = out;
        this.ended = ended;
    }

    /** The best first: clients take the first one that they can. */
    public void begin() {
        List<String> mechanisms = new ArrayList<>();
        if (certificateName != null) {
            mechanisms.add(EXTERNAL);
        }
        if (authenticator.scramUsers().isPresent()) {
            mechanisms.add(Scram.NAME);
        }
        mechanisms.add(PLAIN);
        if (anonymous) {
            mechanisms.add(ANONYMOUS);
        }
        out.accept(SaslFrames.mechanisms(mechanisms));
    }

    /** @throws Violation the frame is not one that may come now */
    public void onFrame(byte[] frame) {
        switch (SaslFrames.read(frame)) {
            case SaslFrames.Init init when state == State.INIT -> onInit(init);
            case SaslFrames.Response response when state == State.RESPONSE -> onResponse(response.response());
            case SaslFrames.Init init -> throw new Violation(Condition.NOT_ALLOWED, "a second SASL init (5.3.2)");
            case SaslFrames.Response response ->
                throw new Violation(Condition.NOT_ALLOWED, "a SASL response that nobody asked for (5.3.2)");
        }
    }

    private void onInit(SaslFrames.Init init) {
        mechanism = init.mechanism();
        if (mechanism.equals(ANONYMOUS) && anonymous) {
            // Whatever trace text it sends is believed no more than a client id.
            ask(null, null);
        } else if (isOffered(mechanism)) {
            scram = mechanism.equals(Scram.NAME) ? new Scram(authenticator::scramUsers, RANDOM) : null;
            byte[] response = init.response();
            if (response == null) {
                state = State.RESPONSE;
                out.accept(SaslFrames.challenge(NOTHING));
            } else {
                onResponse(response);
            }
        } else {
            end(SaslResult.Code.AUTH, "the mechanism is not offered");
        }
    }

    private boolean isOffered(String name) {
        return switch (name) {
            case PLAIN -> true;
            case EXTERNAL -> certificateName != null;
            case Scram.NAME -> authenticator.scramUsers().isPresent();
            default -> false;
        };
    }

    private void onResponse(byte[] response) {
        Scram proving = scram;
        if (mechanism.equals(EXTERNAL)) {
            onExternal(response);
        } else if (proving != null) {
            onScram(proving.next(response));
        } else {
            onPlain(response);
        }
    }

    private void onScram(Scram.Step step) {
        switch (step) {
            case Scram.Challenge(byte[] data) -> {
                state = State.RESPONSE;
                out.accept(SaslFrames.challenge(data));
            }
            case Scram.Done(String user) -> letIn(Principal.user(user, ""));
            case Scram.Failed(String detail) -> end(SaslResult.Code.AUTH, detail);
        }
    }

    private void onPlain(byte[] response) {
        Plain plain = Plain.read(response);
        if (!plain.authorizationId().isEmpty() && !plain.authorizationId().equals(plain.userName())) {
            end(SaslResult.Code.AUTH, "nobody may act as somebody else");
        } else {
            ask(plain.userName(), plain.password());
        }
    }

    /** Believed, since the TLS handshake has proved it: an authority that the operator named has signed it. */
    private void onExternal(byte[] authorizationId) {
        String name = certificateName;
        if (name == null
                || authorizationId.length > 0
                        && !name.equals(new String(authorizationId, java.nio.charset.StandardCharsets.UTF_8))) {
            end(SaslResult.Code.AUTH, "the certificate names somebody else");
        } else {
            letIn(Principal.user(name, ""));
        }
    }

    private void ask(@Nullable String userName, byte @Nullable [] password) {
        state = State.CHECKING;
        CompletionStage<Principal> answer =
                authenticator.authenticate(new Credentials("", userName, password, remoteAddress));
        asked = answer;
        answer.whenComplete((principal, error) -> loop.execute(() -> onAnswer(principal, error)));
    }

    private void onAnswer(@Nullable Principal principal, @Nullable Throwable error) {
        if (state == State.OVER) {
            return;
        }
        if (principal != null) {
            letIn(principal);
            return;
        }
        Throwable cause = error == null || error.getCause() == null ? error : error.getCause();
        if (cause instanceof SignalboxException known) {
            boolean later = known.reason() == ReasonCode.BUSY;
            end(later ? SaslResult.Code.SYS_TEMP : SaslResult.Code.AUTH, String.valueOf(known.getMessage()));
        } else {
            end(SaslResult.Code.SYS, "the credentials could not be checked");
        }
    }

    private void letIn(Principal principal) {
        if (!principal.anonymous() && principal.name().equals(reservedName)) {
            end(SaslResult.Code.AUTH, "nobody is let in under the name that queues have");
            return;
        }
        state = State.OVER;
        out.accept(SaslFrames.outcome(SaslResult.Code.OK, null));
        ended.accept(new SaslResult.LetIn(principal));
    }

    private void end(SaslResult.Code code, String detail) {
        state = State.OVER;
        out.accept(SaslFrames.outcome(code, null));
        ended.accept(new SaslResult.Refused(code, detail));
    }

    /** The client went: nobody needs the answer, and its password need not be checked. */
    public void abandon() {
        state = State.OVER;
        if (asked != null) {
            asked.toCompletableFuture().cancel(false);
        }
    }

    public boolean isChecking() {
        return state == State.CHECKING;
    }
}
