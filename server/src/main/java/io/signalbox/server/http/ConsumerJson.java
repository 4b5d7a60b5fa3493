package io.signalbox.server.http;

import io.signalbox.message.Guarantee;
import io.signalbox.setting.Durations;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.FilterSpec.RetainedDelivery;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.StartPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What consumers say and hear. */
final class ConsumerJson {
    private static final int FILTERS_MAX = 1_000;
    private static final int CREDIT = 1_000;
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ACK_TIMEOUT_MAX = Duration.ofHours(24);
    private static final Duration EXPIRY = Duration.ofHours(24);
    private static final Duration EXPIRY_MAX = Duration.ofDays(3_650);
    private static final Duration DELAY_MAX = Duration.ofDays(1);
    private static final int REASON_CHARS_MAX = 1_000;

    private ConsumerJson() {}

    record Wanted(Consumers.Terms terms, List<FilterSpec> filters) {}

    /** @param settlement null: still working on it */
    record Verdict(String receipt, @Nullable Settlement settlement) {}

    static Wanted read(Request request, long nowMillis) {
        JsonFields fields = new JsonFields(Json.read(request.body()), "the body");
        JsonNode all = fields.node("filters");
        if (all == null || !all.isArray() || all.isEmpty() || all.size() > FILTERS_MAX) {
            throw JsonFields.bad("'filters' must be a list of 1 to " + FILTERS_MAX + " filters");
        }
        List<FilterSpec> filters = new ArrayList<>();
        for (JsonNode each : all) {
            filters.add(filter(request, each, nowMillis));
        }
        String expiry = fields.text("expiry");
        Consumers.Terms terms = new Consumers.Terms(
                "never".equals(expiry)
                        ? SessionOptions.NEVER
                        : duration("expiry", expiry, EXPIRY, Duration.ofSeconds(1), EXPIRY_MAX),
                duration("ackTimeout", fields.text("ackTimeout"), ACK_TIMEOUT, Duration.ofMillis(100), ACK_TIMEOUT_MAX),
                (int) fields.number("credit", CREDIT, 1, SessionOptions.UNSETTLED_MAX));
        fields.done("filters, expiry, ackTimeout, credit");
        return new Wanted(terms, filters);
    }

    /** A filter alone, or an object. */
    private static FilterSpec filter(Request request, JsonNode node, long nowMillis) {
        if (node.isString()) {
            return spec(request, node.asString(), null, StartPosition.NEW);
        }
        JsonFields fields = new JsonFields(node, "an element of 'filters'");
        String from = fields.text("from");
        FilterSpec spec = spec(
                request,
                fields.requiredText("filter"),
                share(fields.text("share")),
                from == null || from.equals("new") ? StartPosition.NEW : Positions.parse(from, nowMillis));
        fields.done("filter, share, from");
        return spec;
    }

    private static @Nullable String share(@Nullable String group) {
        if (group != null && (group.isEmpty() || group.chars().anyMatch(c -> "/+#".indexOf(c) >= 0))) {
            throw JsonFields.bad("'share' must be a name without /, + and #");
        }
        return group;
    }

    private static FilterSpec spec(Request request, String filter, @Nullable String share, StartPosition start) {
        return new FilterSpec(
                request.filter(filter),
                share,
                Guarantee.AT_LEAST_ONCE,
                0,
                false,
                true,
                RetainedDelivery.NONE,
                start,
                0);
    }

    static Map<String, Object> show(Consumer.Delivery delivery, boolean nativeSyntax) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!delivery.receipt().isEmpty()) {
            json.put("receipt", delivery.receipt());
            json.put("attempts", delivery.attempts());
            json.put("redelivered", delivery.redelivered());
        }
        json.putAll(MessageJson.show(delivery.sequence(), delivery.message(), nativeSyntax));
        return json;
    }

    static Verdict verdict(JsonNode node) {
        JsonFields fields = new JsonFields(node, "an element of 'settlements'");
        String receipt = fields.requiredText("receipt");
        String outcome = fields.requiredText("outcome");
        String reason = fields.text("reason");
        String delayText = fields.text("delay");
        fields.done("receipt, outcome, reason, delay");
        if (reason != null && reason.length() > REASON_CHARS_MAX) {
            throw JsonFields.bad("'reason' has more than " + REASON_CHARS_MAX + " characters");
        }
        Duration delay = duration("delay", delayText, Duration.ZERO, Duration.ZERO, DELAY_MAX);
        boolean delayed = outcome.equals("release") || outcome.equals("modify");
        boolean reasoned = outcome.equals("reject") || outcome.equals("modify");
        if (delayText != null && !delayed || reason != null && !reasoned) {
            throw JsonFields.bad("'delay' is for release and modify, 'reason' for reject and modify");
        }
        String why = reason == null ? "" : reason;
        return new Verdict(
                receipt,
                switch (outcome) {
                    case "accept" -> Settlement.ACCEPTED;
                    case "release" -> new Settlement.Released(delay);
                    case "modify" -> new Settlement.Modified(delay, why);
                    case "reject" -> new Settlement.Rejected(why);
                    case "extend" -> null;
                    default -> throw JsonFields.bad("'outcome' must be accept, release, modify, reject or extend");
                });
    }

    private static Duration duration(
            String name, @Nullable String text, Duration fallback, Duration min, Duration max) {
        if (text == null) {
            return fallback;
        }
        try {
            Duration value = Durations.parse(text);
            if (value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            // the same answer as for a span out of range
        }
        throw JsonFields.bad("'" + name + "' must be a span from " + min.toMillis() + " ms to " + max.toDays()
                + " days, such as 30s or 24h");
    }
}
