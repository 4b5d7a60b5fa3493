package io.signalbox.transports.composite.strategy;

import java.time.Duration;

/** Which members get a message, and how many of them must have it before its publisher is told so. */
public sealed interface Strategy {
    Strategy ALL = new All();
    Strategy ANY = new Any();
    Strategy SPLIT_BY_KEY = new Split(new SplitBy.Key());

    /** Every member must have it. If one is known to be down, nobody is sent it; if one refuses, the answer is PARTIAL. */
    record All() implements Strategy {}

    /** Every member is sent it; the first that has it is enough. */
    record Any() implements Strategy {}

    /** Every member is sent it; {@code needed} must have it. */
    record Quorum(int needed) implements Strategy {
        public Quorum {
            if (needed < 1) {
                throw new IllegalArgumentException("a quorum of " + needed + " is none; it must be at least 1");
            }
        }
    }

    /** One member gets it, chosen from the message alone; if that one refuses, so does the composite. */
    record Split(SplitBy by) implements Strategy {}

    /**
     * The first member that takes it gets it, in the order of the members.
     *
     * @param returnAfter how long an earlier member must have been up without a break before it is used again
     */
    record Fallback(Duration returnAfter) implements Strategy {
        public static final Duration RETURN_AFTER_DEFAULT = Duration.ofSeconds(30);

        public Fallback {
            if (returnAfter.isNegative()) {
                throw new IllegalArgumentException("returnAfter " + returnAfter + " must not be negative");
            }
        }

        public Fallback() {
            this(RETURN_AFTER_DEFAULT);
        }
    }

    /** How many of so many members it may wait for one after the other. */
    default int inTurn(int members) {
        return this instanceof Fallback ? members : 1;
    }

    /** Does each message go to several members? Then receivers see copies, told apart by their ids. */
    default boolean copies() {
        return switch (this) {
            case All all -> true;
            case Any any -> true;
            case Quorum quorum -> true;
            case Split split -> false;
            case Fallback fallback -> false;
        };
    }
}
