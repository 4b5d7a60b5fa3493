package io.signalbox.gateway.mqtt.config;

import io.signalbox.access.Principal;

/**
 * What is settled with one client for the time of its connection.
 *
 * @param five MQTT 5, else 3.1.1
 * @param packetBytesMax the largest packet it takes
 * @param topicAliasMax aliases it lets the server bind
 * @param keepAliveSeconds 0: it may be silent for ever
 * @param sinceMillis epoch milliseconds of its CONNECT
 * @param reasonStrings it wants to read reasons (MQTT 5, 3.1.2.11.7)
 * @param sequences it wants to know the number that each message has in the log
 * @param transport it is another Signalbox, to which this one is a transport
 */
public record Peer(
        boolean five,
        String clientId,
        Principal principal,
        int packetBytesMax,
        int topicAliasMax,
        boolean reasonStrings,
        boolean sequences,
        int keepAliveSeconds,
        long sinceMillis,
        boolean transport) {}
