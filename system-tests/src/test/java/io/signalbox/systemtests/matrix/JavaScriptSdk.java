package io.signalbox.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Child;
import io.signalbox.systemtests.process.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The JavaScript SDK of this project in Node.js, which speaks MQTT 5; {@code matrix.mjs} writes and reads letters. */
final class JavaScriptSdk implements Sender, Receiver {
    private static final Path ROOT = Path.of(System.getProperty("signalbox.root", "."));

    @Override
    public Wire wire() {
        return Wire.JAVASCRIPT_SDK;
    }

    private static Child node(ServerProcess server, String what, String topic) {
        assertThat(ROOT.resolve("client-js/dist/node.js"))
                .as("the package, which Maven builds in client-js")
                .exists();
        String script = ROOT.resolve("system-tests/src/test/js/sdk/matrix.mjs").toString();
        String url = "mqtt://127.0.0.1:" + server.mqttPort();
        return Child.start(List.of("node", script, url, what, topic), Map.of());
    }

    @Override
    public void publish(ServerProcess server, Letter letter) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        letter.parts().forEach((part, value) -> json.put(part.name(), value));
        try (Child child = node(server, "publish", letter.text(Part.TOPIC))) {
            child.feed(json.toString());
            assertThat(child.awaitExit(PATIENCE)).as(child.tail()).isZero();
        }
    }

    @Override
    public Inbox subscribe(ServerProcess server, String topic) {
        Child child = node(server, "subscribe", topic);
        said(child, "subscribed");
        AtomicInteger read = new AtomicInteger();
        return new Inbox() {
            @Override
            public Letter next() {
                return letter(said(child, "letter " + read.incrementAndGet() + " "));
            }

            @Override
            public void close() {
                child.close();
            }
        };
    }

    /** What follows in the line that begins so. */
    private static String said(Child child, String begin) {
        String line = child.awaitLine(each -> each.startsWith(begin), PATIENCE);
        assertThat(line).as(child.tail()).isNotNull();
        return String.valueOf(line).substring(begin.length());
    }

    private static Letter letter(String json) {
        JsonNode parts = JsonMapper.shared().readTree(json);
        Letter letter = new Letter();
        for (Part part : Part.values()) {
            letter.with(part, parts.path(part.name()).asString(null));
        }
        return letter;
    }

    @Override
    public String toString() {
        return "JavaScript SDK";
    }
}
