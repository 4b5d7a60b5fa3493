package io.signalbox.server.config;

/** Every key as text: the source of {@code docs/configuration.md} and of {@code signalbox server --help-config}. */
public final class ConfigHelp {
    private ConfigHelp() {}

    /** A Markdown table for each room. */
    public static String markdown() {
        StringBuilder out = new StringBuilder("""
                # Configuration

                Keys can stand in a YAML file (`--config FILE`), in the environment, or on the command line (`--set KEY=VALUE`); later ones win.
                Without any, the server listens on loopback alone and lets in everybody there.

                """);
        String room = "";
        for (ConfigKey<?> key : ConfigKeys.all()) {
            String head = key.name().replaceAll("[\\[.].*", "");
            if (!head.equals(room)) {
                room = head;
                out.append(out.toString().endsWith("|\n") ? "\n" : "")
                        .append("## ")
                        .append(room)
                        .append("\n\n| key | default | value | meaning |\n| --- | --- | --- | --- |\n");
            }
            out.append("| `")
                    .append(key.name())
                    .append("` | ")
                    .append(key.defaultText().isEmpty() ? "none" : "`" + key.defaultText() + "`")
                    .append(" | ")
                    .append(key.form())
                    .append(" | ")
                    .append(key.meaning())
                    .append(key.inList() ? "" : " `" + key.environmentName() + "`")
                    .append(" |\n");
        }
        return out.toString();
    }
}
