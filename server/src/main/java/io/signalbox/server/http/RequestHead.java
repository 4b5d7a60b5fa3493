package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Map;

/** What of a request comes before its body: whether it is one, and the same bounds in each version of HTTP. */
final class RequestHead {
    static final int LINE_BYTES_MAX = 80 << 10;
    static final int HEADER_BYTES_MAX = 16 << 10;

    /** A body whose answer is known before it has come: so much of it is read and dropped, to keep the connection. */
    private static final int DROPPED_BYTES_MAX = 64 << 10;

    private RequestHead() {}

    /** @throws HttpProblem 400, 414 or 431: nothing more may be taken from who sent this */
    static void check(HttpRequest head) {
        Throwable broken = head.decoderResult().cause();
        if (broken instanceof TooLongHttpLineException || head.uri().length() > LINE_BYTES_MAX) {
            throw new HttpProblem(
                    414, "uri-too-long", "the request line is longer than the limit of " + LINE_BYTES_MAX + " bytes");
        }
        if (broken instanceof TooLongHttpHeaderException || bytes(head.headers()) > HEADER_BYTES_MAX) {
            throw new HttpProblem(
                    431,
                    "headers-too-large",
                    "the headers are larger than the limit of " + HEADER_BYTES_MAX + " bytes");
        }
        if (broken != null) {
            throw malformed("this is not an HTTP request");
        }
    }

    /** As HTTP/1.1 writes them, whatever they came in: a name, a colon, a space, a value. */
    private static long bytes(HttpHeaders headers) {
        long bytes = 0;
        for (var fields = headers.iteratorCharSequence(); fields.hasNext(); ) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            bytes += field.getKey().length() + 2L + field.getValue().length();
        }
        return bytes;
    }

    /** Length of the body to come; negative: only its end will tell. */
    static long announced(HttpRequest head) {
        if (HttpUtil.isTransferEncodingChunked(head)) {
            return -1;
        }
        try {
            return HttpUtil.getContentLength(head, 0L);
        } catch (NumberFormatException e) {
            throw malformed("the Content-Length is no number");
        }
    }

    /** Whether its body may be read and dropped. Who waits for a 100 may send it or the next request: none can tell. */
    static boolean droppable(HttpRequest head) {
        long announced = announced(head);
        return announced >= 0 && announced <= DROPPED_BYTES_MAX && !HttpUtil.is100ContinueExpected(head);
    }

    static HttpProblem malformed(String detail) {
        return new HttpProblem(400, "request-malformed", detail);
    }
}
