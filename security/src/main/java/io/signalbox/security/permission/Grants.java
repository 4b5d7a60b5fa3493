package io.signalbox.security.permission;

import io.signalbox.access.Action;
import io.signalbox.access.Principal;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the rules of one file come to for one principal. Immutable. */
final class Grants {
    private final FilterSet publishAllowed;
    private final FilterSet publishDenied;
    private final FilterSet subscribeAllowed;
    private final FilterSet subscribeDenied;
    private final boolean admin;

    Grants(PermissionFile file, Principal principal) {
        publishAllowed = filters(file, principal, Action.PUBLISH, true);
        publishDenied = filters(file, principal, Action.PUBLISH, false);
        subscribeAllowed = filters(file, principal, Action.SUBSCRIBE, true);
        subscribeDenied = filters(file, principal, Action.SUBSCRIBE, false);
        admin = speaksOfAdmin(file, principal, true) && !speaksOfAdmin(file, principal, false);
    }

    private static FilterSet filters(PermissionFile file, Principal principal, Action action, boolean allow) {
        List<TopicFilter> filters = new ArrayList<>();
        for (Rule rule : file.rules()) {
            FilterTemplate template = rule.filter();
            if (rule.allow() == allow
                    && template != null
                    && rule.actions().contains(action)
                    && rule.who().includes(principal)) {
                Optional<TopicFilter> filter = allow ? template.narrow(principal) : template.wide(principal);
                filter.ifPresent(filters::add);
            }
        }
        return new FilterSet(filters);
    }

    private static boolean speaksOfAdmin(PermissionFile file, Principal principal, boolean allow) {
        return file.rules().stream()
                .anyMatch(rule -> rule.allow() == allow
                        && rule.actions().contains(Action.ADMIN)
                        && rule.who().includes(principal));
    }

    boolean mayPublish(Topic topic) {
        return publishAllowed.contains(topic) && !publishDenied.contains(topic);
    }

    /** A denial that overlaps without covering does not refuse the filter: its topics are held back one by one. */
    boolean maySubscribe(TopicFilter filter) {
        return subscribeAllowed.containsAll(filter) && !subscribeDenied.containsAll(filter);
    }

    boolean mayReceive(Topic topic) {
        return subscribeAllowed.contains(topic) && !subscribeDenied.contains(topic);
    }

    boolean mayAdminister() {
        return admin;
    }
}
