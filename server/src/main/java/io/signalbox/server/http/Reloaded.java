package io.signalbox.server.http;

/**
 * What a reload has put in force.
 *
 * @param users 0 as well when there is no such file
 * @param certificates ports that speak TLS
 */
public record Reloaded(int users, int rules, int certificates) {}
