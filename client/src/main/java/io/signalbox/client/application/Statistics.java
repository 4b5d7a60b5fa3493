package io.signalbox.client.application;

import java.util.List;
import java.util.Map;

/**
 * Figures of the bus, from here.
 *
 * @param published messages that the server has taken from this application
 * @param delivered messages that a listener here was called with; each counts once for each listener
 * @param pending published, and not answered for yet
 * @param reconnects connections after the first
 * @param applications who is there
 * @param server the server's own figures by name; empty where its HTTP API is not known or not permitted
 */
public record Statistics(
        long published,
        long delivered,
        long pending,
        long reconnects,
        List<Identity> applications,
        Map<String, Object> server) {}
