package io.signalbox.cli.link;

import io.signalbox.cli.link.LinkException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of Server-Sent Events (the HTML standard, 9.2), on a thread of its own. A stream that breaks is asked for
 * again behind the last event that it had an id for, so that nothing of what the server has logged is missing.
 */
final class HttpEvents {
    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 30_000;

    private final HttpLink link;
    private final String pathAndQuery;
    private final LinkListener listener;
    private final Consumer<Incoming> receiver;
    private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean closing;

    /** Owned by the thread. */
    private @Nullable String lastEventId;

    HttpEvents(HttpLink link, String pathAndQuery, LinkListener listener, Consumer<Incoming> receiver) {
        this.link = link;
        this.pathAndQuery = pathAndQuery;
        this.listener = listener;
        this.receiver = receiver;
        this.thread = Thread.ofVirtual().name("signalbox-events").unstarted(this::run);
    }

    /** @return done when the server has said yes, or failed with a {@link LinkException} */
    CompletableFuture<Boolean> start() {
        thread.start();
        return opened;
    }

    void close() {
        closing = true;
        thread.interrupt();
    }

    private void run() {
        int attempts = 0;
        while (!closing) {
            try (InputStream in = link.stream(pathAndQuery, lastEventId)) {
                if (!opened.complete(true)) {
                    listener.back(lastEventId != null);
                }
                attempts = 0;
                read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
                throw new IOException("the server ended the stream");
            } catch (InterruptedException e) {
                return;
            } catch (IOException | LinkException | RuntimeException e) {
                if (closing || !goesOn(e, attempts++)) {
                    return;
                }
            }
        }
    }

    /** Says what happened, and waits for a while if it is worth trying again. */
    private boolean goesOn(Exception failure, int attempts) {
        LinkException reason = HttpRefusals.of(failure, link.options().address()) instanceof LinkException known
                ? known
                : new LinkException(Kind.REFUSED, String.valueOf(failure.getMessage()));
        if (opened.completeExceptionally(reason)) {
            return false;
        }
        if (!link.options().server().reconnect() || reason.kind() != Kind.UNAVAILABLE) {
            listener.ended(reason);
            return false;
        }
        long longest = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(attempts, 10));
        long delay = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
        listener.lost(String.valueOf(reason.getMessage()), delay);
        try {
            TimeUnit.MILLISECONDS.sleep(delay);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void read(BufferedReader in) throws IOException {
        StringBuilder data = new StringBuilder();
        String event = "message";
        String id = null;
        String line;
        while ((line = in.readLine()) != null && !closing) {
            if (line.isEmpty()) {
                dispatch(event, data.toString());
                lastEventId = id != null ? id : lastEventId;
                data.setLength(0);
                event = "message";
            } else if (line.startsWith("data:")) {
                data.append(data.isEmpty() ? "" : "\n").append(value(line, "data:"));
            } else if (line.startsWith("event:")) {
                event = value(line, "event:");
            } else if (line.startsWith("id:")) {
                id = value(line, "id:");
            }
        }
    }

    private static String value(String line, String name) {
        String value = line.substring(name.length());
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    private void dispatch(String event, String data) {
        switch (event) {
            case "message" -> {
                if (!data.isEmpty()) {
                    receiver.accept(HttpMessages.incoming(data));
                }
            }
            case "gap" -> listener.missed(data);
            default -> {}
        }
    }
}
