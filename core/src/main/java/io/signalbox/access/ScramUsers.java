package io.signalbox.access;

/** Where gateways that speak SCRAM-SHA-256 find what is kept of a user's password. Thread safe, never blocks. */
@FunctionalInterface
public interface ScramUsers {
    /** A name that is not known, or has no such credential, gets one that no password fits, and always the same. */
    ScramCredential credentialOf(String user);
}
