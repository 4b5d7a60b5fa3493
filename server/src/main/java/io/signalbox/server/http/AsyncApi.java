package io.signalbox.server.http;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An AsyncAPI 3 document as it is being made, from the side of an application that speaks to this server. */
final class AsyncApi {
    /** @param seen types of its messages; empty: none is known */
    record Channel(String topic, boolean maySend, boolean mayReceive, Collection<MessageType> seen) {}

    /** Of channels and messages, as JSON; what is beside them has a fixed size. */
    private static final long BYTES_MAX = 4 << 20;

    private final Names messageNames = new Names();
    private final Names channelNames = new Names();
    private final Map<String, Object> servers = new LinkedHashMap<>();
    private final Map<String, Object> channels = new LinkedHashMap<>();
    private final Map<String, Object> operations = new LinkedHashMap<>();
    private final Map<String, Object> messages = new LinkedHashMap<>();
    private long bytes;

    /** @param host name or address by which whoever asks has found the server */
    void server(String host, GatewayAddress gateway) {
        servers.put(
                gateway.name(),
                Map.of(
                        "host",
                        host + ":" + gateway.port(),
                        "protocol",
                        gateway.protocol(),
                        "security",
                        List.of(reference("components/securitySchemes", "user"))));
    }

    /** Whether there is no room for another channel. */
    boolean full() {
        return bytes >= BYTES_MAX;
    }

    void channel(Channel channel) {
        String id = channelNames.of(channel.topic(), channel.topic());
        Map<String, Object> types = new LinkedHashMap<>();
        for (MessageType type : channel.seen()) {
            String name = messageNames.of(type, type.name());
            if (!messages.containsKey(name)) {
                put(messages, name, message(type));
            }
            types.put(name, reference("components/messages", name));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("address", channel.topic());
        if (!types.isEmpty()) {
            json.put("messages", types);
        }
        put(channels, id, json);
        if (channel.maySend()) {
            operation("send", id);
        }
        if (channel.mayReceive()) {
            operation("receive", id);
        }
    }

    private void operation(String action, String channel) {
        put(operations, action + "." + channel, Map.of("action", action, "channel", reference("channels", channel)));
    }

    private void put(Map<String, Object> place, String name, Map<String, Object> json) {
        place.put(name, json);
        bytes += name.length() + Json.bytes(json).length;
    }

    private static Map<String, Object> message(MessageType type) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", type.schemaName() == null ? type.name() : type.schemaName());
        json.put("title", type.name());
        if (type.contentType() != null) {
            json.put("contentType", type.contentType());
        }
        json.put("x-kind", type.kind().name().toLowerCase(Locale.ROOT));
        if (type.schemaVersion() != null) {
            json.put("x-schema-version", type.schemaVersion());
        }
        if (type.contentEncoding() != null) {
            json.put("x-content-encoding", type.contentEncoding());
        }
        return json;
    }

    private static Map<String, Object> reference(String place, String name) {
        return Map.of("$ref", "#/" + place + "/" + name);
    }

    /** @param complete false: there are more topics than these */
    Map<String, Object> document(boolean complete) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("asyncapi", "3.0.0");
        json.put(
                "info",
                Map.of(
                        "title",
                        "Signalbox",
                        "version",
                        "1",
                        "description",
                        "The topics in use and the types of their latest messages, as far as who asks may send to or"
                                + " receive from them. Addresses are topics with levels separated by /."));
        json.put("servers", servers);
        json.put("channels", channels);
        json.put("operations", operations);
        Map<String, Object> components = new LinkedHashMap<>();
        components.put("messages", messages);
        components.put("securitySchemes", Map.of("user", Map.of("type", "userPassword")));
        json.put("components", components);
        json.put("x-complete", complete);
        return json;
    }
}
