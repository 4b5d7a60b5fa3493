package io.signalbox.broker.session;

import io.signalbox.broker.routing.TopicEntry;
import io.signalbox.message.Message;

/** A delivery on its way from one member of a share group to another. */
public record Handover(TopicEntry topic, Message message, long position, long sequence) {}
