package io.signalbox.broker.routing;

/** What a filter leads to. */
sealed interface Route permits Subscription, ShareGroup {}
