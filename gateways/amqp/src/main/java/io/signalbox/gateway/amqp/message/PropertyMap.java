package io.signalbox.gateway.amqp.message;

/** Application properties (3.2.5) and message annotations (3.2.3), as a client sent them. */
final class PropertyMap {
    private static final int ENTRIES_MAX = 256;

    private PropertyMap() {}

    static void readApplicationProperties(ValueReader in, IncomingMessage message) {
        int count = entries(in);
        for (int i = 0; i < count; i++) {
            add(in.readText(), Scalar.read(in), message);
        }
    }

    /** Keys are symbols, those of applications begin with {@code x-opt-}; others are not kept, their meaning unknown. */
    static void readAnnotations(ValueReader in, IncomingMessage message) {
        int count = entries(in);
        for (int i = 0; i < count; i++) {
            Scalar key = Scalar.read(in);
            Scalar value = Scalar.read(in);
            if (key.type() == Scalar.SYMBOL && key.text().startsWith(WireNames.ANNOTATION)) {
                add(key.text(), value, message);
            }
        }
    }

    private static int entries(ValueReader in) {
        int entries = in.readMap() / 2;
        if (entries > ENTRIES_MAX) {
            throw IncomingMessage.malformed(
                    "a message has " + entries + " properties or annotations; the limit is " + ENTRIES_MAX);
        }
        return entries;
    }

    private static void add(String name, Scalar value, IncomingMessage message) {
        if (value.type() != Scalar.STRING) {
            message.types.add(name, value.type());
        }
        message.field(name, value.text());
    }
}
