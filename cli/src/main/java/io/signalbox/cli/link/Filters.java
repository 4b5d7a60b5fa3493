package io.signalbox.cli.link;

import java.util.List;

/**
 * A SUBSCRIBE.
 *
 * @param retainHandling 0 send retained messages, 1 only for a new subscription, 2 never (MQTT 5, 3.8.3.1)
 * @param userProperties such as {@code sb-from}; MQTT 5
 */
public record Filters(
        List<String> filters,
        int qos,
        boolean noLocal,
        boolean retainAsPublished,
        int retainHandling,
        List<UserProperty> userProperties) {}
