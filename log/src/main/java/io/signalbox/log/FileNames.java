package io.signalbox.log;

import java.util.HexFormat;

/** The names of the files in a log's folder. */
final class FileNames {
    static final String LOCK = "LOCK";
    static final String FORMAT = "FORMAT";
    static final String PROBE = "probe.tmp";
    static final String SEGMENT = ".segment";
    static final String INDEX = ".index";
    static final String SPARE = ".spare";
    static final String SNAPSHOT = ".snapshot";
    static final String QUARANTINE = ".quarantine";
    static final String TEMPORARY = ".tmp";

    private FileNames() {}

    static String segment(long base) {
        return HexFormat.of().toHexDigits(base) + SEGMENT;
    }

    static String index(long base) {
        return HexFormat.of().toHexDigits(base) + INDEX;
    }

    static String snapshot(long position) {
        return HexFormat.of().toHexDigits(position) + SNAPSHOT;
    }

    static String spare(long number) {
        return HexFormat.of().toHexDigits(number) + SPARE;
    }

    static String quarantine(long from, long to) {
        return HexFormat.of().toHexDigits(from) + "-" + HexFormat.of().toHexDigits(to) + QUARANTINE;
    }

    /** Whether an earlier run of this program may have left the file behind half written. */
    static boolean isTemporary(String name) {
        return name.equals(PROBE)
                || name.equals(FORMAT + TEMPORARY)
                || number(name, INDEX + TEMPORARY) >= 0
                || number(name, SNAPSHOT + TEMPORARY) >= 0;
    }

    /** The number in a name with this ending, or -1 if the name is none of ours. */
    static long number(String name, String ending) {
        if (name.length() != 16 + ending.length() || !name.endsWith(ending)) {
            return -1;
        }
        for (int i = 0; i < 16; i++) {
            char c = name.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return -1;
            }
        }
        return Math.max(-1, HexFormat.fromHexDigitsToLong(name, 0, 16));
    }
}
