package io.signalbox.gateway.amqp;

import java.util.HexFormat;

/** Frames by their bytes, as hexadecimal text. Blanks are for the reader. */
public final class Frames {
    /** 2.2: AMQP 1.0.0. */
    public static final String AMQP_HEADER = "414d5150 00 010000";

    public static final String SASL_HEADER = "414d5150 03 010000";

    /** Mechanism ANONYMOUS, no response. */
    public static final String SASL_ANONYMOUS = sasl("00 53 41 c0 0c 01 a3 09 414e4f4e594d4f5553");

    /** Container {@code c}. */
    public static final String OPEN = amqp(0, "00 53 10 c0 04 01 a1 01 63");

    /** Next outgoing id 0, windows of 255. */
    public static final String BEGIN = amqp(0, "00 53 11 c0 07 04 40 43 52ff 52ff");

    /** Link {@code l}, handle 0, the client sends, to the address {@code t}. */
    public static final String ATTACH_SENDER =
            amqp(0, "00 53 12 c0 18 0a a1016c 43 42 40 40 00532845 005329c00401a10174 40 40 43");

    /** Link {@code r}, handle 1, the client receives, from the address {@code t}. */
    public static final String ATTACH_RECEIVER =
            amqp(0, "00 53 12 c0 16 07 a10172 5201 41 40 40 005328c00401a10174 00532945");

    /** Credit of 100 on handle 1. */
    public static final String FLOW = amqp(0, "00 53 13 c0 0c 07 43 52ff 43 52ff 5201 43 5264");

    public static final String DETACH = amqp(0, "00 53 16 c0 03 02 43 41");
    public static final String END = amqp(0, "00 53 17 45");
    public static final String CLOSE = amqp(0, "00 53 18 45");

    private Frames() {}

    /** On handle 0, with the delivery id as its tag, one section of data. */
    public static String transfer(int deliveryId) {
        String id = HexFormat.of().toHexDigits((byte) deliveryId);
        return amqp(0, "00 53 14 c0 09 05 43 52" + id + " a001" + id + " 43 42", "00 53 75 a0 02 6869");
    }

    public static String amqp(int channel, String... body) {
        return frame(0, channel, body);
    }

    public static String sasl(String... body) {
        return frame(1, 0, body);
    }

    public static String frame(int type, int channel, String... body) {
        String joined = String.join("", body).replace(" ", "");
        return HexFormat.of().toHexDigits(8 + joined.length() / 2)
                + "02"
                + HexFormat.of().toHexDigits((byte) type)
                + HexFormat.of().toHexDigits((short) channel)
                + joined;
    }

    /** A list of so many fields. */
    public static String list(int fields, String content) {
        String packed = content.replace(" ", "");
        return "d0" + HexFormat.of().toHexDigits(packed.length() / 2 + 4)
                + HexFormat.of().toHexDigits(fields) + packed;
    }

    public static byte[] bytes(String... hex) {
        return HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
    }
}
