package io.signalbox.broker.replay;

import io.signalbox.transport.StoredMessage;

/** Gets what was, one by one. */
@FunctionalInterface
public interface PastVisitor {
    /**
     * @param position where the log has it; 0 when it came from memory
     * @return false: no more
     */
    boolean visit(StoredMessage stored, long position);
}
