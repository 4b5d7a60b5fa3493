package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far a stream is in one partition. Kafka keeps one offset of it, below which all is settled; what is settled above
 * it is told in the note beside the offset, so that a restart does not repeat it.
 *
 * @param low the committed offset
 * @param readTo from here on nothing has been read
 * @param seen below it a message may have been seen by somebody
 * @param open what is not settled from {@code low} to {@code readTo}, ascending; all else there is settled or was not
 *     wanted
 */
record Position(long low, long readTo, long seen, List<Long> open) {
    /** Kafka's default limit is 4,096 ({@code offset.metadata.max.bytes}). */
    private static final int NOTE_LENGTH_MAX = 4_000;

    private static final String FORM = "sb1";

    Position {
        open = List.copyOf(open);
    }

    static Position at(long offset) {
        return new Position(offset, offset, offset, List.of());
    }

    Position seenTo(long offset) {
        return offset <= seen ? this : new Position(low, readTo, offset, open);
    }

    /** What does not fit into the note counts as unread, and comes again. */
    OffsetAndMetadata committed() {
        StringBuilder note = new StringBuilder();
        long to = readTo;
        long last = low;
        for (long offset : open) {
            String next = (note.isEmpty() ? "" : ",") + Long.toString(offset - last, Character.MAX_RADIX);
            if (note.length() + next.length() > NOTE_LENGTH_MAX - 60) {
                to = offset;
                break;
            }
            note.append(next);
            last = offset;
        }
        return new OffsetAndMetadata(low, FORM + " " + (to - low) + " " + (seen - low) + " " + note);
    }

    /** A note that somebody else wrote says nothing. */
    static Position of(OffsetAndMetadata committed) {
        String[] parts = committed.metadata().split(" ", -1);
        long low = committed.offset();
        if (parts.length != 4 || !parts[0].equals(FORM)) {
            return at(low);
        }
        try {
            List<Long> open = new ArrayList<>();
            long last = low;
            for (String step : parts[3].isEmpty() ? new String[0] : parts[3].split(",", -1)) {
                last += Long.parseLong(step, Character.MAX_RADIX);
                open.add(last);
            }
            return new Position(low, low + Long.parseLong(parts[1]), low + Long.parseLong(parts[2]), open);
        } catch (NumberFormatException e) {
            throw new SignalboxException(
                    ReasonCode.MALFORMED,
                    "the note '" + committed.metadata() + "' beside offset " + low
                            + " is damaged; reset the offset with Kafka's tools",
                    e);
        }
    }
}
