package io.signalbox.server.http;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON in and out, bounded against what strangers send. */
final class Json {
    private static final int DEPTH_MAX = 32;
    private static final int NAME_MAX = 1_024;
    private static final int NUMBER_MAX = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    // Many short virtual threads: a pool per thread would never be used twice.
                    .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNameLength(NAME_MAX)
                            .maxNumberLength(NUMBER_MAX)
                            .maxStringLength(1 << 28)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** @throws HttpProblem 400, saying where it stops being JSON */
    static JsonNode read(byte[] body) {
        try {
            JsonNode node = MAPPER.readTree(body);
            if (node == null || node.isMissingNode()) {
                throw new HttpProblem(400, "json-invalid", "the body is empty; send a JSON object");
            }
            return node;
        } catch (JacksonException e) {
            throw invalid(e);
        }
    }

    /** For a body that is not to be read whole into a tree. */
    static JsonParser parser(byte[] body) {
        return MAPPER.createParser(body);
    }

    static HttpProblem invalid(JacksonException e) {
        String text = String.valueOf(e.getOriginalMessage());
        return new HttpProblem(
                400,
                "json-invalid",
                "the body is not acceptable JSON"
                        + (e.getLocation() == null
                                ? ""
                                : " at line " + e.getLocation().getLineNr() + ", column "
                                        + e.getLocation().getColumnNr())
                        + ": " + text.substring(0, Math.min(text.length(), 300)));
    }
}
