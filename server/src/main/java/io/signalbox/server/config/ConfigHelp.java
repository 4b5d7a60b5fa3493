package io.signalbox.server.config;

import io.signalbox.server.exit.ExitCode;

/** Every key as text: the source of {@code docs/configuration.md}. */
public final class ConfigHelp {
    private static final String FILES = """

            ## Security files

            A security file that is missing, empty, cut short or not understood refuses the start; at a reload (SIGHUP, or
            `POST /api/v1/admin/reload`) it leaves what was in force, and the log says so. A reload ends the connections of
            users who were removed or have another password, and new rules hold for what was queued before. It reads TLS
            certificates too ([operations](operations.md#certificates)); all files are put in force, or none.

            `security.password-file` has lines of `USER:HASH` with Argon2id hashes, made with `signalbox passwd FILE USER`.

            `security.permission-file` has one rule on each line and ends with `end`:

            ```
            # allow|deny  WHO  publish|subscribe|all  FILTER        or        allow|deny  WHO  admin
            allow user:alice all market/#
            allow client:sensor-* publish devices/%c/#
            allow user:"Jane Doe" subscribe people/%u/+
            allow anonymous subscribe public/#
            deny everybody all market/secret/#
            allow user:alice admin
            end
            ```

            What no rule allows is denied, and a denial wins wherever it stands. In names `*` is any characters. In filters
            `%c` is the client id and `%u` the user name; a value that is empty, or has `+`, `#` or `/`, allows nothing. A
            subscription is granted if its whole filter lies within what is allowed; single topics of it that are denied
            are held back when they are delivered. `$`-topics need a rule that names them.

            ## Exit codes

            | code | meaning |
            | --- | --- |
            """;

    private ConfigHelp() {}

    /** A Markdown table for each room. */
    public static String markdown() {
        StringBuilder out = new StringBuilder("""
                # Configuration

                Keys can stand in a YAML file (`--config FILE`), in the environment, or on the command line (`--set KEY=VALUE`); later ones win.
                Without any, the server listens on loopback alone and lets in everybody there.
                `transport`, `transports`, `messages` and `bridges` are on a [page of their own](transports-configuration.md).

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
        out.append(FILES);
        for (ExitCode code : ExitCode.values()) {
            out.append("| ")
                    .append(code.number())
                    .append(" | ")
                    .append(code.meaning())
                    .append(" |\n");
        }
        return out.toString();
    }
}
