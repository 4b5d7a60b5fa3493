package io.signalbox.transport.provider;

import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import java.util.List;

/**
 * Announces a kind of transport. It must not touch its client library before {@link #prepare}: whoever does not
 * configure such a transport need not load it.
 */
public interface TransportProvider {
    /** As {@code type:} in a configuration, lower case. */
    String type();

    /** What its settings may be, in the order of the documentation. */
    List<Setting<?>> settings();

    /**
     * Schemes of URLs that are enough to set up such a transport, such as {@code amqp}; the URL is the value of {@link
     * #urlSetting}.
     */
    default List<String> urlSchemes() {
        return List.of();
    }

    /** The name of the setting that a URL is for. */
    default String urlSetting() {
        return "uri";
    }

    /**
     * Looks at the settings as a whole; opens nothing.
     *
     * @param settings checked against {@link #settings()}
     * @throws IllegalArgumentException naming the value and its limit
     */
    TransportPlan prepare(Settings settings);
}
