package io.signalbox.server.config;

import io.signalbox.setting.NearestKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code SIGNALBOX_MQTT_PORT} for {@code mqtt.port}. Names that look like keys and are none are reported. */
final class EnvironmentSource {
    private static final List<String> ROOMS =
            List.of("MQTT", "HTTP", "DATA", "LOG", "BROKER", "TOPICS", "SECURITY", "SERVER");

    private EnvironmentSource() {}

    static void read(Map<String, String> environment, RawSettings settings) {
        Map<String, String> nameByVariable = new HashMap<>();
        for (ConfigKey<?> key : ConfigKeys.all()) {
            if (!key.inList()) {
                nameByVariable.put(key.environmentName(), key.name());
            }
        }
        new TreeMap<>(environment).forEach((variable, text) -> {
            String name = nameByVariable.get(variable);
            if (name != null) {
                settings.put(name, text, "environment " + variable);
            } else if (ROOMS.stream().anyMatch(room -> variable.startsWith("SIGNALBOX_" + room + "_"))) {
                String hint = NearestKey.of(variable, List.copyOf(nameByVariable.keySet()))
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("; unset it");
                settings.problem("environment " + variable, "no key has that variable" + hint);
            }
        });
    }
}
