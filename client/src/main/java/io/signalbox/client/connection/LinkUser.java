package io.signalbox.client.connection;

/** A part of the client that uses the connection. Called on the connector's thread; must not block. */
public interface LinkUser {
    void linkUp(Link link);

    void linkDown();
}
