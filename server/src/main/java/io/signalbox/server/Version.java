package io.signalbox.server;

/** Of this build; a test holds it to the pom. */
public final class Version {
    public static final String TEXT = "0.1.0";

    private Version() {}
}
