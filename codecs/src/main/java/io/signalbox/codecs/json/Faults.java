package io.signalbox.codecs.json;

import tools.jackson.core.JacksonException;

/**
 * What Jackson found, for texts that are logged: the kind of fault and its place. Jackson's own texts quote what they
 * stumbled over, and a payload has no place in a log.
 */
public final class Faults {
    private Faults() {}

    /** Such as {@code StreamReadException at byte 7 in 'lines[0].share'}. */
    public static String describe(JacksonException fault) {
        StringBuilder text = new StringBuilder(fault.getClass().getSimpleName());
        if (fault.getLocation() != null && fault.getLocation().getByteOffset() >= 0) {
            text.append(" at byte ").append(fault.getLocation().getByteOffset());
        }
        String path = path(fault);
        return path.isEmpty()
                ? text.toString()
                : text.append(" in '").append(path).append('\'').toString();
    }

    private static String path(JacksonException fault) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : fault.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }
}
