package io.signalbox.broker.journal;

import io.signalbox.error.ReasonCode;
import io.signalbox.transport.Durability;
import java.util.function.Consumer;
import org.jctools.queues.SpscLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for the disk, in the order of positions. The journal's thread adds before the commit, so that no flush can
 * overtake the wait; the sync thread takes. What a failed commit leaves behind is skipped: by the time a flush reaches
 * its position, a later commit has published the mark.
 */
final class Waiters {
    /** One of the two is there. */
    private record Waiter(
            long end, @Nullable Publish publish, @Nullable Note note) {
        /** Its commit failed. The positions are used again, so its end says nothing about those behind it. */
        boolean isStale() {
            return publish != null ? publish.refused : note != null && note.durable() == null;
        }
    }

    private final SpscLinkedQueue<Waiter> queue = new SpscLinkedQueue<>();
    private final Consumer<Publish> failed;
    private final Consumer<Note> again;

    /**
     * @param failed hears of each publish whose flush failed, on the sync thread
     * @param again hears of each note whose flush failed and that somebody waits for
     */
    Waiters(Consumer<Publish> failed, Consumer<Note> again) {
        this.failed = failed;
        this.again = again;
    }

    /** @param end the position after its record */
    void add(long end, Publish publish) {
        queue.offer(new Waiter(end, publish, null));
    }

    void add(long end, Note note) {
        queue.offer(new Waiter(end, null, note));
    }

    void synced(long position) {
        Waiter head;
        while ((head = queue.peek()) != null && (head.end <= position || head.isStale())) {
            queue.poll();
            if (head.publish != null && !head.publish.refused) {
                head.publish.durability = Durability.SYNCED;
                head.publish.done();
            } else if (head.note != null) {
                head.note.tell();
            }
        }
    }

    /** Nobody knows what is on the disk of this range: whoever waits for it hears that it failed. */
    void failed(long toPosition, Throwable cause) {
        Waiter head;
        while ((head = queue.peek()) != null && (head.end <= toPosition || head.isStale())) {
            queue.poll();
            if (head.publish != null && !head.publish.refused) {
                Publish publish = head.publish;
                failed.accept(publish);
                publish.tellRefused(
                        ReasonCode.STORAGE_FAILED, "the disk failed to flush the message: " + cause.getMessage());
            } else if (head.note != null && head.note.durable() != null) {
                again.accept(head.note);
            }
        }
    }
}
