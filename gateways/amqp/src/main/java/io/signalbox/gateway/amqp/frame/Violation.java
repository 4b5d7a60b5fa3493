package io.signalbox.gateway.amqp.frame;

/** Bytes that are not what the specification has at this place, or go beyond a limit. No stack: strangers cause it. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Condition condition;

    public Violation(Condition condition, String detail) {
        super(detail, null, false, false);
        this.condition = condition;
    }

    public static Violation malformed(String detail) {
        return new Violation(Condition.DECODE_ERROR, detail);
    }

    public Condition condition() {
        return condition;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
