package io.signalbox.gateway.amqp.sasl;

import io.signalbox.access.Principal;

/** How a SASL exchange ended. */
public sealed interface SaslResult {
    /** The numbers of 5.3.3.6 are the ordinals. */
    enum Code {
        OK,
        AUTH,
        SYS,
        SYS_PERM,
        SYS_TEMP
    }

    record LetIn(Principal principal) implements SaslResult {}

    record Refused(Code code, String detail) implements SaslResult {}
}
