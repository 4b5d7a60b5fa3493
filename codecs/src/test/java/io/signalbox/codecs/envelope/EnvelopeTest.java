package io.signalbox.codecs.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.message.envelope.CloudEventBinding;
import io.signalbox.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
    private static Message order() {
        return Message.to(Topic.ofMqtt("orders/new"))
                .payload("{\"item\":\"book\"}")
                .timestampMillis(1_795_680_000_000L)
                .properties(MessageProperties.builder()
                        .id("m-1")
                        .from("shop")
                        .correlation("c-1".getBytes(StandardCharsets.UTF_8))
                        .schema("order", "1.2")
                        .contentType("application/json")
                        .header("colour", "red")
                        .build())
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theJsonFormIsThis() {
        assertThat(JsonEnvelope.write(order())).asString(StandardCharsets.UTF_8).isEqualTo("""
                {"metadata":{"topic":"orders/new","timestamp":"2026-11-26T08:00:00Z","messageId":"m-1","source":"shop",\
                "correlationId":"c-1","messageType":"order","version":"1.2","contentType":"application/json",\
                "headers":[["colour","red"]]},"payload":{"item":"book"}}""");
    }

    @Test
    void aJsonFormWrittenByHandNeedsLittle() {
        Message message = JsonEnvelope.read(
                bytes(
                        "{ \"payload\" : { \"item\": 1 } , \"metadata\": {\"topic\":\"t\",\"source\":\"me\",\"team\":7} }"),
                null);
        assertThat(message.payloadText()).isEqualTo("{ \"item\": 1 }");
        assertThat(message.properties().contentType()).isEqualTo("application/json");
        assertThat(message.properties().from()).isEqualTo("me");
        assertThat(message.properties().headers().get("team")).isEqualTo("7");
        assertThat(message.guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
    }

    @Test
    void theTopicMayBeKnownFromElsewhere() {
        Message message = JsonEnvelope.read(bytes("{\"payload\":\"text\"}"), Topic.ofMqtt("given"));
        assertThat(message.topic().text()).isEqualTo("given");
        assertThat(message.payloadText()).isEqualTo("text");
        assertThat(message.properties().contentType()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"metadata\":{\"topic\":\"a/#\"}}",
                "{\"metadata\":[]}",
                "{\"metadata\":{\"topic\":{}}}",
                "{\"metadata\":{\"topic\":\"t\"},\"metadata\":{\"topic\":\"t\"}}",
                "{\"metadata\":{\"topic\":\"t\",\"topic\":\"u\"}}",
                "{\"metadata\":{\"topic\":\"t\",\"priority\":11}}",
                "{\"metadata\":{\"topic\":\"t\",\"headers\":{}}}",
                "{\"metadata\":{\"topic\":\"t\",\"headers\":[[\"a\"]]}}",
                "{\"metadata\":{\"topic\":\"t\",\"headers\":[[\"a\",1]]}}",
                "{\"metadata\":{\"topic\":\"t\"},\"payload\":1,\"payloadBase64\":\"\"}",
                "{\"metadata\":{\"topic\":\"t\"},\"payloadBase64\":\"*\"}",
                "{\"metadata\":{\"topic\":\"t\"},\"payload\":\"\\ud800\"}",
                "{\"metadata\":{\"topic\":\"t\",\"contentType\":\"text/plain\"},\"payload\":{}}",
                "{\"metadata\":{\"topic\":\"t\"}} {}",
                "{\"metadata\":{\"topic\":\"t\"},\"extra\":1}",
                "{\"metadata\":{\"topic\":\"t\",\"source\":\"\\u0000\"}}"
            })
    void aDocumentThatIsNoMessageIsRefused(String document) {
        assertThatThrownBy(() -> JsonEnvelope.read(bytes(document), null)).isInstanceOf(SignalboxException.class);
    }

    @Test
    void aDocumentThatNestsWithoutEndIsRefused() {
        assertThatThrownBy(() -> JsonEnvelope.read(bytes("{\"payload\":" + "[".repeat(100_000)), null))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.MALFORMED));
    }

    @Test
    void aStructuredCloudEventIsThis() {
        assertThat(CloudEventJson.write(order()))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("""
                {"specversion":"1.0","id":"m-1","source":"shop","type":"order","subject":"orders/new",\
                "time":"2026-11-26T08:00:00Z","datacontenttype":"application/json","correlationid":"c-1",\
                "sbschemaversion":"1.2","sbheaders":"colour=red","data":{"item":"book"}}""");
    }

    @Test
    void aBinaryCloudEventIsThis() {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("ce-specversion", "1.0");
        expected.put("ce-id", "m-1");
        expected.put("ce-source", "shop");
        expected.put("ce-type", "order");
        expected.put("ce-subject", "orders/new");
        expected.put("ce-time", "2026-11-26T08:00:00Z");
        expected.put("content-type", "application/json");
        expected.put("ce-correlationid", "c-1");
        expected.put("ce-sbschemaversion", "1.2");
        expected.put("ce-sbheaders", "colour=red");
        assertThat(CloudEventBinding.HTTP.headers(order())).isEqualTo(expected);
        assertThat(CloudEventBinding.KAFKA.headers(order())).containsKey("ce_id");
        assertThat(CloudEventBinding.AMQP.headers(order())).containsKey("cloudEvents:id");
    }

    /** The example of the specification's JSON format, section 3.2. */
    @Test
    void aCloudEventOfSomebodyElseIsAMessageAndGoesOnAsItCame() {
        byte[] event = bytes("""
                {"specversion" : "1.0", "type" : "com.example.someevent", "source" : "/mycontext",
                 "subject": null, "id" : "C234-1234-1234", "time" : "2018-04-05T17:31:00+01:00",
                 "comexampleextension1" : "value", "comexampleothervalue" : 5,
                 "datacontenttype" : "application/vnd.apache.thrift.binary", "data_base64" : "AAECAw=="}""");
        Message message = CloudEventJson.read(event, Topic.ofMqtt("events"));
        assertThat(message.properties().schemaName()).isEqualTo("com.example.someevent");
        assertThat(message.properties().from()).isEqualTo("/mycontext");
        assertThat(message.timestampMillis()).isEqualTo(1_522_945_860_000L);
        assertThat(message.payload()).isEqualTo(new byte[] {0, 1, 2, 3});
        assertThat(message.properties().headers().get("ce-comexampleextension1"))
                .isEqualTo("value");
        assertThat(CloudEventJson.write(message))
                .asString(StandardCharsets.UTF_8)
                .contains("\"comexampleextension1\":\"value\"", "\"comexampleothervalue\":\"5\"")
                .doesNotContain("sbheaders");
    }

    @Test
    void quotedAndEncodedHttpHeadersAreRead() {
        Map<String, String> headers = Map.of(
                "CE-SpecVersion", "1.0",
                "ce-id", "\"a \\\"b\\\"\"",
                "ce-source", "/s",
                "ce-type", "t%C3%A9",
                "host", "example.org",
                "Content-Type", "text/plain");
        Message message = CloudEventBinding.HTTP.message(headers, Topic.ofMqtt("t"), bytes("x"));
        assertThat(message.properties().id()).isEqualTo("a \"b\"");
        assertThat(message.properties().schemaName()).isEqualTo("té");
        assertThat(message.properties().contentType()).isEqualTo("text/plain");
        assertThat(message.properties().headers().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"source\":\"s\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"s\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"time\":\"noon\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"sbheaders\":\"x\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"sbheaders\":\"%=\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data\":1,\"data_base64\":\"\"}"
            })
    void anEventThatIsNoneIsRefused(String event) {
        assertThatThrownBy(() -> CloudEventJson.read(bytes(event), Topic.ofMqtt("t")))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.MALFORMED));
    }
}
