package io.signalbox.transport;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;

/** Why a publish or a subscription was not accepted: a code, and a text that names the value and the limit. */
public record Refusal(ReasonCode reason, String detail) {
    public SignalboxException toException() {
        return new SignalboxException(reason, detail);
    }
}
