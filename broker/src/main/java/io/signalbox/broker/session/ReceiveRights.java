package io.signalbox.broker.session;

import io.signalbox.access.Authorizer;
import io.signalbox.access.Principal;
import io.signalbox.topic.Topic;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the session's principal may receive, remembered until the rules change. Asked for every delivery. */
final class ReceiveRights {
    private static final int TOPICS_MAX = 1_024;

    private final Authorizer authorizer;
    private @Nullable Map<Topic, Boolean> answers;
    private long epoch;
    private String principal = "";

    ReceiveRights(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    boolean mayReceive(Principal who, Topic topic) {
        if (authorizer == Authorizer.ALLOW_ALL) {
            return true;
        }
        long now = authorizer.epoch();
        if (answers == null || now != epoch || answers.size() >= TOPICS_MAX || !principal.equals(who.name())) {
            answers = new HashMap<>();
            epoch = now;
            principal = who.name();
        }
        return answers.computeIfAbsent(topic, t -> authorizer.mayReceive(who, t));
    }
}
