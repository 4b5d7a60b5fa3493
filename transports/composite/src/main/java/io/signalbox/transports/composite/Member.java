package io.signalbox.transports.composite;

import io.signalbox.transport.Transport;

/**
 * A transport that a composite publishes to and receives from. The composite closes it.
 *
 * @param name unique within the composite; what splits and receipts call it
 */
public record Member(String name, Transport transport) {}
