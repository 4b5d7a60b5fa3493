package io.signalbox.transports.delivery;

import java.util.Locale;

/** Why a message is among the dead letters; the text is stored beside it and stays as it is. */
public enum DeadReason {
    REJECTED,
    DELIVERY_LIMIT,
    OVERFLOW,
    MALFORMED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
