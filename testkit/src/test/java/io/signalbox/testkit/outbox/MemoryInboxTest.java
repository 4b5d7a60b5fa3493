package io.signalbox.testkit.outbox;

import io.signalbox.bus.remote.Inbox;
import io.signalbox.bus.remote.MemoryInbox;
import io.signalbox.testkit.bus.InboxContract;

class MemoryInboxTest extends InboxContract {
    @Override
    protected Inbox open() {
        return new MemoryInbox();
    }
}
