package io.signalbox.server.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.signalbox.access.Principal;
import io.signalbox.setting.Durations;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that has been matched to its route.
 *
 * @param path values of the route's {@code {names}}
 * @param query each name once
 */
record Request(
        HttpMethod method,
        Map<String, String> path,
        Map<String, String> query,
        HttpHeaders headers,
        byte[] body,
        Principal principal) {

    @Nullable
    String parameter(String name) {
        return query.get(name);
    }

    String required(String name) {
        String value = query.get(name);
        if (value == null) {
            throw HttpProblem.badParameter("the parameter '" + name + "' is missing");
        }
        return value;
    }

    String inPath(String name) {
        return String.valueOf(path.get(name));
    }

    long number(String name, long fallback, long min, long max) {
        String text = query.get(name);
        return text == null ? fallback : number(name, text, min, max);
    }

    static long number(String name, String text, long min, long max) {
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // the same answer as for a number out of range
        }
        throw HttpProblem.badParameter("'" + name + "' is '" + text.substring(0, Math.min(80, text.length()))
                + "'; it must be a whole number from " + min + " to " + max);
    }

    Duration duration(String name, Duration fallback, Duration min, Duration max) {
        String text = query.get(name);
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
        throw HttpProblem.badParameter("'" + name + "' is '" + text.substring(0, Math.min(80, text.length()))
                + "'; it must be a span such as 500ms or 20s, from " + min.toMillis() + " to " + max.toMillis()
                + " ms");
    }

    boolean flag(String name) {
        String text = query.getOrDefault(name, "false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw HttpProblem.badParameter("'" + name + "' must be true or false");
        };
    }

    boolean nativeSyntax() {
        return switch (query.getOrDefault("syntax", "mqtt")) {
            case "mqtt" -> false;
            case "native" -> true;
            default -> throw HttpProblem.badParameter("'syntax' must be mqtt or native");
        };
    }

    Topic topic(String text) {
        return nativeSyntax() ? Topic.ofNative(text) : Topic.ofMqtt(text);
    }

    TopicFilter filter(String text) {
        return nativeSyntax() ? TopicFilter.ofNative(text) : TopicFilter.ofMqtt(text);
    }

    String show(Topic topic) {
        return nativeSyntax() ? topic.nativeText() : topic.text();
    }
}
