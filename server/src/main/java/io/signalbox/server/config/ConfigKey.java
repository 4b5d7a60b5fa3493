package io.signalbox.server.config;

import io.signalbox.setting.Kind;
import java.util.Locale;

/**
 * One thing that can be configured.
 *
 * @param name levels separated by dots; {@code []} after a level that is a list
 * @param defaultText as an operator would write it; empty: none
 * @param meaning one or two sentences for the documentation
 */
public record ConfigKey<T>(String name, Kind<T> kind, String defaultText, String meaning) {
    /** {@code SIGNALBOX_MQTT_PORT} for {@code mqtt.port}. */
    public String environmentName() {
        return "SIGNALBOX_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** For people. */
    public String form() {
        return kind.form();
    }

    boolean inList() {
        return name.contains("[]");
    }

    T defaultValue() {
        return kind.parser().apply(defaultText);
    }
}
