package io.signalbox.configuration;

import java.util.List;

/** A configuration is wrong, or asks for more than its transports give: everything that is, at once. */
public final class InvalidConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /** @param problems each with where it stands, what is wrong, and what to do */
    public InvalidConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
