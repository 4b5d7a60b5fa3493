package io.signalbox.systemtests.applications;

/**
 * Where an application runs, and what it connects to.
 *
 * @param node in which those in JavaScript run
 * @param mqttPort of the server, or of a line to it that can be lost
 * @param httpPort of the server's API
 */
record Place(Node node, int mqttPort, int httpPort) {
    String url() {
        return "mqtt://127.0.0.1:" + mqttPort;
    }

    String api() {
        return "http://127.0.0.1:" + httpPort;
    }

    Place over(int port) {
        return new Place(node, port, httpPort);
    }
}
