package io.signalbox.codecs.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.signalbox.codec.MessageCodec;
import io.signalbox.message.Message;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A JSON Schema (2020-12 unless it names another dialect) that payloads keep, in every format that has JSON's model: JSON
 * and MessagePack. References are resolved within the schema and on the class path, never on the network. Needs
 * {@code com.networknt:json-schema-validator}.
 */
public final class JsonSchemaCheck implements PayloadCheck {
    private static final int TOLD_MAX = 5;

    private final Schema schema;
    private final MessageCodec codec;

    private JsonSchemaCheck(Schema schema, MessageCodec codec) {
        this.schema = schema;
        this.codec = codec;
    }

    /**
     * @param codec reads the payload as a tree
     * @throws IllegalArgumentException if the text is no schema
     */
    public static JsonSchemaCheck of(String schema, MessageCodec codec) {
        try {
            SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
            JsonNode node = JsonMapper.shared().readTree(schema);
            requireSchema(node, registry);
            Schema read = registry.getSchema(node);
            read.initializeValidators();
            // References are looked up when they are met first: better here than at the first message.
            var unused = read.validate(JsonNodeFactory.instance.nullNode());
            return new JsonSchemaCheck(read, codec);
        } catch (SchemaException | JacksonException | IllegalArgumentException e) {
            throw new IllegalArgumentException("this is no JSON Schema: " + e.getMessage(), e);
        }
    }

    /** The library takes what is no keyword's value for no rule at all. */
    private static void requireSchema(JsonNode schema, SchemaRegistry registry) {
        String dialect = SpecificationVersion.fromSchemaNode(schema)
                .orElse(SpecificationVersion.DRAFT_2020_12)
                .getDialectId();
        List<Error> errors = registry.getSchema(SchemaLocation.of(dialect)).validate(schema);
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(errors.getFirst().toString());
        }
    }

    /** The error names places and rules, never values: those are the business's own. */
    @Override
    public void check(Message message) {
        Object tree = codec.decode(message, JsonNode.class);
        List<Error> errors = tree instanceof JsonNode node ? errors(node, message) : List.of();
        if (!errors.isEmpty()) {
            String told = errors.stream()
                    .limit(TOLD_MAX)
                    .map(error -> "'" + error.getKeyword() + "' at '" + error.getInstanceLocation() + "'")
                    .collect(Collectors.joining(", "));
            throw new SchemaMismatchException(
                    String.valueOf(message.properties().schemaName()),
                    message.properties().schemaVersion(),
                    "the payload breaks its JSON Schema in " + errors.size() + " places: " + told);
        }
    }

    private List<Error> errors(JsonNode tree, Message message) {
        try {
            return schema.validate(tree);
        } catch (SchemaException e) {
            throw new SchemaMismatchException(
                    String.valueOf(message.properties().schemaName()),
                    message.properties().schemaVersion(),
                    "the JSON Schema of the receiver is broken: " + e.getMessage(),
                    e);
        }
    }
}
