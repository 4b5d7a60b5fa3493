package io.signalbox.server.exit;

/** How the server's process ends; the numbers are those of sysexits.h. */
public enum ExitCode {
    OK(0, "ended as asked, everything is on the disk"),
    DATA_FORMAT(65, "the data folder was written by a newer version, or is no data folder"),
    UNAVAILABLE(
            69,
            "a port is in use, an address is not this machine's, a TLS file is unusable, or a transport's server is absent"),
    INTERNAL(70, "a fault of the server itself, or a shutdown that had to be cut off"),
    CANNOT_CREATE(73, "the data folder cannot be created"),
    IO_ERROR(74, "the data folder cannot be read or written"),
    LOCKED(75, "another process has the data folder"),
    CONFIGURATION(78, "the configuration or a security file is wrong");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }

    public int number() {
        return number;
    }
}
