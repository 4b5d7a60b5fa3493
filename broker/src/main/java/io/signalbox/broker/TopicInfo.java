package io.signalbox.broker;

/** @param historySize messages that a look back finds without the log */
public record TopicInfo(String topic, int historySize, boolean retained, long published) {}
