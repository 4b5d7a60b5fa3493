package io.signalbox.broker.session;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.StartPosition;
import org.jspecify.annotations.Nullable;

/** Which subscriptions a session may not have: too many, too long, or of parts that mean nothing together. */
final class SubscriptionRules {
    /** On the average: 10,000 filters of 64 KiB each would be one client's way to use up the memory. */
    private static final int FILTER_CHARS_EACH = 128;

    private SubscriptionRules() {}

    /**
     * @param more whether it would be one more than there are, and not in place of another
     * @return null: it may have it
     */
    static @Nullable Refusal refusal(Registered session, FilterSpec spec, boolean more, int subscriptionsMax) {
        if (more && session.count() >= subscriptionsMax) {
            return new Refusal(
                    ReasonCode.QUOTA_EXCEEDED,
                    "the session has " + session.count() + " subscriptions; the limit is " + subscriptionsMax);
        }
        int chars = Registered.chars(SessionDirectory.target(spec));
        long charsMax = (long) subscriptionsMax * FILTER_CHARS_EACH;
        if (more && session.filterChars() + chars > charsMax) {
            return new Refusal(
                    ReasonCode.QUOTA_EXCEEDED,
                    "the session's filters have " + session.filterChars() + " characters, and this one " + chars
                            + "; the limit is " + charsMax + " together");
        }
        if (spec.noLocal() && spec.shareGroup() != null) {
            return new Refusal(
                    ReasonCode.NOT_SUPPORTED,
                    "no-local means nothing in a share group (MQTT 5, 3.8.3.1); leave out one of the two");
        }
        if (wantsPast(spec) && spec.shareGroup() != null) {
            return new Refusal(
                    ReasonCode.NOT_SUPPORTED, "a shared subscription starts with what is new; leave out the start");
        }
        return null;
    }

    static boolean wantsPast(FilterSpec spec) {
        return !(spec.start() instanceof StartPosition.New);
    }
}
