package io.signalbox.codecs.msgpack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessageFormatException;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** MessagePack as a tree. A length that the bytes cannot hold is refused before anything is allocated for it. */
final class TreeReader {
    private static final int DEPTH_MAX = 100;
    private static final byte TIMESTAMP = -1;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final MessageUnpacker from;
    private final int bytesLength;

    TreeReader(MessageUnpacker from, int bytesLength) {
        this.from = from;
        this.bytesLength = bytesLength;
    }

    /** @throws MessagePackException if the bytes are not exactly one value */
    JsonNode readWhole() throws IOException {
        JsonNode node = read(1);
        if (from.hasNext()) {
            throw new MessageFormatException("something follows the value at byte " + from.getTotalReadBytes());
        }
        return node;
    }

    private JsonNode read(int depth) throws IOException {
        if (depth > DEPTH_MAX) {
            throw new MessageFormatException("nested deeper than " + DEPTH_MAX);
        }
        MessageFormat format = from.getNextFormat();
        return switch (format.getValueType()) {
            case NIL -> {
                from.unpackNil();
                yield NODES.nullNode();
            }
            case BOOLEAN -> NODES.booleanNode(from.unpackBoolean());
            case INTEGER ->
                format == MessageFormat.UINT64
                        ? NODES.numberNode(from.unpackBigInteger())
                        : NODES.numberNode(from.unpackLong());
            case FLOAT ->
                format == MessageFormat.FLOAT32
                        ? NODES.numberNode(from.unpackFloat())
                        : NODES.numberNode(from.unpackDouble());
            case STRING -> NODES.stringNode(text());
            case BINARY -> NODES.binaryNode(bytes(from.unpackBinaryHeader()));
            case ARRAY -> array(depth);
            case MAP -> map(depth);
            case EXTENSION -> extension();
        };
    }

    private JsonNode array(int depth) throws IOException {
        int size = held(from.unpackArrayHeader());
        ArrayNode array = NODES.arrayNode();
        for (int i = 0; i < size; i++) {
            array.add(read(depth + 1));
        }
        return array;
    }

    private JsonNode map(int depth) throws IOException {
        int size = held(from.unpackMapHeader());
        ObjectNode map = NODES.objectNode();
        for (int i = 0; i < size; i++) {
            String key = text();
            if (map.has(key)) {
                throw new MessageFormatException("a map has a key twice");
            }
            map.set(key, read(depth + 1));
        }
        return map;
    }

    private JsonNode extension() throws IOException {
        ExtensionTypeHeader header = from.unpackExtensionTypeHeader();
        if (header.getType() != TIMESTAMP) {
            throw new MessageFormatException(
                    "extension type " + header.getType() + " is not known; -1, a timestamp, is");
        }
        held(header.getLength());
        return NODES.stringNode(from.unpackTimestamp(header).toString());
    }

    private String text() throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(from.unpackRawStringHeader())))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MessageFormatException("a string is not UTF-8", e);
        }
    }

    private byte[] bytes(int length) throws IOException {
        return from.readPayload(held(length));
    }

    /** Every element takes a byte at least. */
    private int held(int length) {
        long left = bytesLength - from.getTotalReadBytes();
        if (length < 0 || length > left) {
            throw new MessageFormatException("a length of " + length + " where " + left + " bytes are left");
        }
        return length;
    }
}
