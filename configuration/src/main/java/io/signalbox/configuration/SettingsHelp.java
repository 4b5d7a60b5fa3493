package io.signalbox.configuration;

import io.signalbox.configuration.bridge.BridgeSettings;
import io.signalbox.configuration.hierarchy.CommonSettings;
import io.signalbox.configuration.hierarchy.Providers;
import io.signalbox.configuration.plan.MessagesReader;
import io.signalbox.setting.Setting;
import io.signalbox.transport.provider.TransportProvider;
import java.util.List;

/** Every key of transports, messages and bridges as text: the tables of {@code docs/transports-configuration.md}. */
public final class SettingsHelp {
    private SettingsHelp() {}

    /** A Markdown table for each type of transport on that class path, and for messages and bridges. */
    public static String markdown(ClassLoader libraries) {
        StringBuilder out = new StringBuilder();
        table(out, "Every transport", CommonSettings.ALL);
        for (TransportProvider provider : new Providers(libraries).all()) {
            String schemes = provider.urlSchemes().isEmpty()
                    ? ""
                    : ", or a URL with " + String.join(", ", provider.urlSchemes());
            if (provider.settings().isEmpty()) {
                out.append("### `type: ").append(provider.type()).append("`\n\nHas no keys of its own.\n\n");
            } else {
                table(out, "`type: " + provider.type() + "`" + schemes, provider.settings());
            }
        }
        table(out, "Messages", MessagesReader.ALL);
        table(out, "Bridges", BridgeSettings.ALL);
        return out.toString();
    }

    private static void table(StringBuilder out, String title, List<? extends Setting<?>> settings) {
        out.append("### ").append(title).append("\n\n| key | default | value | meaning |\n| --- | --- | --- | --- |\n");
        for (Setting<?> setting : settings) {
            String standard = setting.defaultText();
            out.append("| `")
                    .append(setting.name())
                    .append("` | ")
                    .append(standard == null ? "must be given" : standard.isEmpty() ? "none" : "`" + standard + "`")
                    .append(" | ")
                    .append(setting.kind().form())
                    .append(" | ")
                    .append(setting.meaning())
                    .append(" |\n");
        }
        out.append('\n');
    }
}
