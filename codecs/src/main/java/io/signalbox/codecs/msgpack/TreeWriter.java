package io.signalbox.codecs.msgpack;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePacker;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;

/** A tree as MessagePack. */
final class TreeWriter {
    private static final int UNSIGNED_BITS_MAX = 64;

    private TreeWriter() {}

    /** @throws IllegalArgumentException for a number that MessagePack does not have */
    static void write(JsonNode node, MessagePacker to) throws IOException {
        switch (node.getNodeType()) {
            case OBJECT -> {
                to.packMapHeader(node.size());
                for (Map.Entry<String, JsonNode> property : node.properties()) {
                    to.packString(property.getKey());
                    write(property.getValue(), to);
                }
            }
            case ARRAY -> {
                to.packArrayHeader(node.size());
                for (JsonNode element : node) {
                    write(element, to);
                }
            }
            case STRING -> to.packString(node.stringValue());
            case BOOLEAN -> to.packBoolean(node.booleanValue());
            case NUMBER -> number(node, to);
            case BINARY -> binary(node.binaryValue(), to);
            case NULL, MISSING -> to.packNil();
            case POJO -> embedded(((POJONode) node).getPojo(), to);
        }
    }

    /** Jackson hands over byte arrays of beans as they are. */
    private static void embedded(@Nullable Object value, MessagePacker to) throws IOException {
        switch (value) {
            case null -> to.packNil();
            case byte[] bytes -> binary(bytes, to);
            default ->
                throw new IllegalArgumentException(
                        "a value of " + value.getClass().getName() + " is neither a number, text nor binary");
        }
    }

    private static void binary(byte[] bytes, MessagePacker to) throws IOException {
        to.packBinaryHeader(bytes.length);
        to.writePayload(bytes);
    }

    private static void number(JsonNode node, MessagePacker to) throws IOException {
        switch (node.numberType()) {
            case INT, LONG -> to.packLong(node.longValue());
            case FLOAT -> to.packFloat(node.floatValue());
            case DOUBLE -> to.packDouble(node.doubleValue());
            case BIG_INTEGER -> {
                BigInteger value = node.bigIntegerValue();
                if (value.signum() < 0
                        ? value.bitLength() >= UNSIGNED_BITS_MAX
                        : value.bitLength() > UNSIGNED_BITS_MAX) {
                    throw new IllegalArgumentException(value + " has more than the 64 bits of MessagePack's numbers");
                }
                to.packBigInteger(value);
            }
            // There is no decimal in MessagePack, and a double is another number: the digits as text lose nothing.
            case BIG_DECIMAL -> to.packString(node.decimalValue().toString());
        }
    }
}
