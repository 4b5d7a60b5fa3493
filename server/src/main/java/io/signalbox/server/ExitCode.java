package io.signalbox.server;

/** How the server's process ends; the numbers are those of sysexits.h. */
public enum ExitCode {
    OK(0),
    /** The data folder was written by a newer version, or is none. */
    DATA_FORMAT(65),
    /** The port is in use, or the address is not this machine's. */
    UNAVAILABLE(69),
    INTERNAL(70),
    /** The data folder cannot be created. */
    CANNOT_CREATE(73),
    /** The data folder cannot be read or written. */
    IO_ERROR(74),
    /** Another process has the data folder. */
    LOCKED(75),
    /** The configuration or a security file is wrong. */
    CONFIGURATION(78);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
