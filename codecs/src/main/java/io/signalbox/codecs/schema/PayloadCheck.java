package io.signalbox.codecs.schema;

import io.signalbox.message.Message;

/** Whether a payload keeps its schema. Thread safe. */
@FunctionalInterface
public interface PayloadCheck {
    /** @throws SchemaMismatchException naming what is wrong and where */
    void check(Message message);
}
