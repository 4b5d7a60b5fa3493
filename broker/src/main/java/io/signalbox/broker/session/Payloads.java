package io.signalbox.broker.session;

import io.signalbox.broker.ledger.DropReason;
import io.signalbox.message.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings back payloads that waiting deliveries let go of. Owned by the session's turn. */
final class Payloads {
    private final BrokerSession session;
    private final SessionHost host;
    private final Outbox outbox;
    private boolean loading;

    Payloads(BrokerSession session, SessionHost host, Outbox outbox) {
        this.session = session;
        this.host = host;
        this.outbox = outbox;
    }

    @Nullable
    Message messageOf(QueueEntry entry) {
        Message message = entry.message;
        if (message != null) {
            return message;
        }
        try {
            return host.read(entry.position);
        } catch (RuntimeException e) {
            unreadable(entry, e);
            return null;
        }
    }

    /** Retention may take what is past, and that is no fault: it is counted as dropped like the rest. */
    private void unreadable(QueueEntry entry, RuntimeException cause) {
        if (!entry.past) {
            host.unreadable(session, entry.position, cause);
        }
    }

    /** Payloads that were let go come back in groups, read by a thread that may wait for the disk. */
    void load(DeliveryQueue from) {
        if (loading) {
            return;
        }
        loading = true;
        List<QueueEntry> wanted = from.withoutMessage(256);
        host.background().execute(() -> {
            List<@Nullable Message> messages = new ArrayList<>(wanted.size());
            long bytes = 0;
            for (QueueEntry entry : wanted) {
                if (bytes > 1 << 20) {
                    break;
                }
                try {
                    Message message = host.read(entry.position);
                    bytes += message.sizeBytes();
                    messages.add(message);
                } catch (RuntimeException e) {
                    unreadable(entry, e);
                    messages.add(null);
                }
            }
            session.post((Runnable) () -> loaded(from, wanted, messages));
        });
    }

    private void loaded(DeliveryQueue queue, List<QueueEntry> wanted, List<@Nullable Message> messages) {
        loading = false;
        for (int i = 0; i < messages.size(); i++) {
            QueueEntry entry = wanted.get(i);
            Message message = messages.get(i);
            if (entry.done || entry.message != null) {
                continue;
            }
            if (message == null) {
                queue.removeIf(e -> e == entry, e -> outbox.drop(e, DropReason.UNREADABLE));
            } else {
                outbox.memory.restored(entry, message);
            }
        }
    }
}
