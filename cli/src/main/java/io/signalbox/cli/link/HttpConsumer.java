package io.signalbox.cli.link;

import io.signalbox.cli.link.LinkException.Kind;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A consumer of the HTTP API, polled and settled on a thread of its own. What the receiver did not acknowledge is given
 * back, so that it is there at once for whoever comes next.
 */
final class HttpConsumer {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final int POLL_MAX = 100;
    private static final Duration POLL_WAIT = Duration.ofSeconds(20);
    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 30_000;
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    private static final String SHARE = "$share/";

    private final HttpLink link;
    private final HttpOptions options;
    private final String path;
    private final String wanted;
    private final LinkListener listener;
    private final Consumer<Incoming> receiver;
    private final Thread thread = Thread.ofVirtual().name("signalbox-consumer").unstarted(this::run);

    /** What the thread waits for at the server. Guarded by this. */
    private @Nullable CompletableFuture<String> asked;

    /** Guarded by this. */
    private boolean closing;

    HttpConsumer(
            HttpLink link, HttpOptions options, Filters filters, LinkListener listener, Consumer<Incoming> receiver) {
        this.link = link;
        this.options = options;
        this.path = "/api/v1/consumers/" + HttpLink.encoded(options.consumer());
        this.wanted = wanted(filters, options.durable());
        this.listener = listener;
        this.receiver = receiver;
    }

    private static String wanted(Filters filters, boolean durable) {
        ObjectNode wanted = MAPPER.createObjectNode();
        wanted.put("expiry", durable ? "never" : "1m");
        ArrayNode list = wanted.putArray("filters");
        for (String text : filters.filters()) {
            ObjectNode filter = list.addObject();
            if (text.startsWith(SHARE)) {
                String[] parts = text.split("/", 3);
                filter.put("share", parts[1]).put("filter", parts[2]);
            } else {
                filter.put("filter", text);
            }
            filters.userProperties().forEach(past -> filter.put("from", past.value()));
        }
        return wanted.toString();
    }

    CompletableFuture<String> start() {
        return link.send("PUT", path, wanted, HttpLink.ANSWER_TIMEOUT).thenApply(made -> {
            thread.start();
            return made;
        });
    }

    private void run() {
        int attempts = 0;
        while (!isClosing()) {
            try {
                hand(MAPPER.readTree(answer(link.send(
                                "POST",
                                path + "/poll?max=" + POLL_MAX + "&wait=" + POLL_WAIT.toSeconds() + "s",
                                "",
                                POLL_WAIT.plus(HttpLink.ANSWER_TIMEOUT))))
                        .path("messages"));
                attempts = 0;
            } catch (CancellationException | InterruptedException e) {
                return;
            } catch (ExecutionException | RuntimeException e) {
                if (isClosing() || !comesBack(e, attempts++)) {
                    return;
                }
            }
        }
    }

    private String answer(CompletableFuture<String> question) throws ExecutionException, InterruptedException {
        synchronized (this) {
            asked = question;
            if (closing) {
                question.cancel(true);
            }
        }
        return question.get();
    }

    private void hand(JsonNode messages) throws ExecutionException, InterruptedException {
        ObjectNode verdicts = MAPPER.createObjectNode();
        ArrayNode settlements = verdicts.putArray("settlements");
        for (JsonNode message : messages) {
            AtomicBoolean accepted = new AtomicBoolean();
            receiver.accept(HttpMessages.incoming(message, () -> accepted.set(true)));
            if (message.has("receipt")) {
                settlements
                        .addObject()
                        .put("receipt", message.get("receipt").asString())
                        .put("outcome", accepted.get() ? "accept" : "release");
            }
        }
        if (!settlements.isEmpty()) {
            var unused = link.send("POST", path + "/settle", verdicts.toString(), HttpLink.ANSWER_TIMEOUT)
                    .get();
        }
    }

    /** After a pause, under the same name: what was unsettled comes again. */
    private boolean comesBack(Exception failure, int attempts) {
        LinkException reason = HttpRefusals.of(failure, options.address()) instanceof LinkException known
                ? known
                : new LinkException(Kind.REFUSED, String.valueOf(failure.getMessage()));
        boolean forgotten = HttpRefusals.isForgotten(reason);
        if (!options.server().reconnect() || reason.kind() != Kind.UNAVAILABLE && !forgotten) {
            listener.ended(reason);
            return false;
        }
        long longest = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(attempts, 10));
        long delay = forgotten ? 0 : longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
        listener.lost(String.valueOf(reason.getMessage()), delay);
        try {
            TimeUnit.MILLISECONDS.sleep(delay);
            var unused = answer(link.send("PUT", path, wanted, HttpLink.ANSWER_TIMEOUT));
            listener.back(true);
            return true;
        } catch (CancellationException | InterruptedException e) {
            return false;
        } catch (ExecutionException e) {
            return comesBack(e, attempts + 1);
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    void close() {
        synchronized (this) {
            closing = true;
            if (asked != null) {
                asked.cancel(true);
            }
        }
        try {
            boolean unused = thread.join(GOODBYE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!options.durable()) {
            Waiting.briefly(link.send("DELETE", path, "", GOODBYE));
        }
    }
}
