package io.signalbox.access;

import io.signalbox.topic.Topic;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one session's principal may receive, remembered until the rules change. Asked for every delivery; owned by
 * whoever delivers.
 */
public final class ReceiveRights {
    private static final int TOPICS_MAX = 1_024;

    private final Authorizer authorizer;
    private @Nullable Map<Topic, Boolean> answers;
    private long epoch;
    private String principal = "";

    public ReceiveRights(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    public boolean mayReceive(Principal who, Topic topic) {
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
