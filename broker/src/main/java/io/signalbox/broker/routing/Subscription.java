package io.signalbox.broker.routing;

import io.signalbox.transport.FilterSpec;

/** One session's interest in one filter. */
record Subscription(Recipient recipient, FilterSpec spec) implements Route {}
