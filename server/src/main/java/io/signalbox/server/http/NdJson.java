package io.signalbox.server.http;

import io.signalbox.error.SignalboxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A body of one JSON document a line. */
final class NdJson {
    static final String MEDIA_TYPE = "application/x-ndjson";

    private NdJson() {}

    interface Reader<T> {
        T read(byte[] line);
    }

    /**
     * Blank lines are passed over.
     *
     * @throws HttpProblem naming the line: of a body that is not all right nothing is taken
     */
    static <T> List<T> read(byte[] body, int linesMax, Reader<T> reader) {
        List<T> all = new ArrayList<>();
        int number = 0;
        for (int from = 0; from < body.length; ) {
            int to = from;
            while (to < body.length && body[to] != '\n') {
                to++;
            }
            number++;
            if (!isBlank(body, from, to)) {
                if (all.size() == linesMax) {
                    throw new HttpProblem(
                            413, "batch-too-large", "the batch has more than " + linesMax + " messages; send several");
                }
                all.add(read(Arrays.copyOfRange(body, from, to), "line " + number, reader));
            }
            from = to + 1;
        }
        if (all.isEmpty()) {
            throw new HttpProblem(400, "body-invalid", "the batch has no message; send one a line");
        }
        return all;
    }

    /** @param where it is, for the text of what is wrong with it */
    static <T> T read(byte[] document, String where, Reader<T> reader) {
        try {
            return reader.read(document);
        } catch (HttpProblem e) {
            throw new HttpProblem(e.status(), e.code(), where + ": " + e.getMessage(), e.headers());
        } catch (SignalboxException e) {
            throw new SignalboxException(e.reason(), where + ": " + e.getMessage(), e);
        }
    }

    private static boolean isBlank(byte[] body, int from, int to) {
        for (int i = from; i < to; i++) {
            if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
