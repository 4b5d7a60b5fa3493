package io.signalbox.gateway.amqp.frame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A performative that was {@linkplain Performatives#check checked}, and still is bytes: what must be known of it before
 * the engine makes objects of it.
 *
 * @param frame the whole frame
 * @param code the last byte of its descriptor (2.7); 0 if it is none of them
 * @param from where its list begins
 * @param end where it ends, and a transfer's payload begins
 */
public record Performative(byte[] frame, int code, int from, int end) {
    public static final int BEGIN = 0x11;
    public static final int ATTACH = 0x12;
    public static final int FLOW = 0x13;
    public static final int TRANSFER = 0x14;
    public static final int DISPOSITION = 0x15;
    public static final int DETACH = 0x16;
    public static final int END = 0x17;

    private static final int NULL = 0x40;
    private static final int ROLE = 0;
    private static final int DISPOSITION_SETTLED = 3;

    public int channel() {
        return (frame[6] & 0xFF) << 8 | frame[7] & 0xFF;
    }

    public int bytes() {
        return end - from;
    }

    private int count() {
        return switch (frame[from] & 0xFF) {
            case 0xC0 -> frame[from + 2] & 0xFF;
            case 0xD0 -> (int) number(from + 5, Integer.BYTES);
            default -> 0;
        };
    }

    /** @return where the first field begins, if there is one */
    private int start() {
        return from + ((frame[from] & 0xFF) == 0xC0 ? 3 : 9);
    }

    public boolean isPresent(int number) {
        return at(number) >= 0;
    }

    /** @return where the field begins in the frame; -1 if it is absent or null */
    public int at(int number) {
        if (number >= count()) {
            return -1;
        }
        int at = start();
        for (int i = 0; i < number; i++) {
            at = EncodedValues.check(frame, at, end, EncodedValues.Inspector.NONE);
        }
        return (frame[at] & 0xFF) == NULL ? -1 : at;
    }

    /** @return -1 if it is absent, or no unsigned int */
    public long unsignedInt(int number) {
        int at = at(number);
        if (at < 0) {
            return -1;
        }
        return switch (frame[at] & 0xFF) {
            case 0x43 -> 0;
            case 0x52 -> frame[at + 1] & 0xFF;
            case 0x70 -> number(at + 1, Integer.BYTES);
            default -> -1;
        };
    }

    /** Writes 2^31 - 1 over an unsigned int that is larger. */
    public void limitToSigned(int number) {
        int at = at(number);
        if (at >= 0 && (frame[at] & 0xFF) == 0x70 && frame[at + 1] < 0) {
            put(frame, at + 1, Integer.MAX_VALUE);
        }
    }

    /** Writes another unsigned int over this one, if that has the room: four bytes, or one for a small number. */
    public void replace(int number, int value) {
        int at = at(number);
        if (at >= 0 && (frame[at] & 0xFF) == 0x70) {
            put(frame, at + 1, value);
        } else if (at >= 0 && (frame[at] & 0xFF) == 0x52 && value >>> Byte.SIZE == 0) {
            frame[at + 1] = (byte) value;
        }
    }

    /** A disposition of what was sent to the client (2.7.6). */
    public boolean isByReceiver() {
        return Boolean.TRUE.equals(flag(ROLE));
    }

    public boolean isSettled() {
        return Boolean.TRUE.equals(flag(DISPOSITION_SETTLED));
    }

    /** A transfer as a frame of its own. The bytes of the payload stay in this one's. */
    public byte[] withoutPayload() {
        return cut(end);
    }

    /** The same with one byte, of the payload if there is one. */
    public byte[] withOneByte() {
        return cut(end + 1);
    }

    private byte[] cut(int length) {
        byte[] cut = Arrays.copyOf(frame, length);
        put(cut, 0, length);
        return cut;
    }

    private static void put(byte[] bytes, int at, int number) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (number >>> 8 * (3 - i));
        }
    }

    /** @return null if it is absent, or no boolean */
    public @Nullable Boolean flag(int number) {
        int at = at(number);
        return at < 0
                ? null
                : switch (frame[at] & 0xFF) {
                    case 0x41 -> true;
                    case 0x42 -> false;
                    case 0x56 -> frame[at + 1] != 0;
                    default -> null;
                };
    }

    /** Makes false of a flag that is true. */
    public void clear(int number) {
        int at = at(number);
        if (at >= 0 && (frame[at] & 0xFF) == 0x41) {
            frame[at] = 0x42;
        } else if (at >= 0 && (frame[at] & 0xFF) == 0x56) {
            frame[at + 1] = 0;
        }
    }

    /** @return how many bytes a binary, string or symbol has; 0 if it is absent */
    public int length(int number) {
        int at = at(number);
        if (at < 0) {
            return 0;
        }
        return switch (frame[at] >> 4 & 0xF) {
            case 0xA -> frame[at + 1] & 0xFF;
            case 0xB -> (int) number(at + 1, Integer.BYTES);
            default -> 0;
        };
    }

    /** @return a string; empty if it is absent, or none */
    public String text(int number) {
        int at = at(number);
        return at < 0
                ? ""
                : switch (frame[at] & 0xFF) {
                    case 0xA1 -> new String(frame, at + 2, length(number), StandardCharsets.UTF_8);
                    case 0xB1 -> new String(frame, at + 5, length(number), StandardCharsets.UTF_8);
                    default -> "";
                };
    }

    private long number(int at, int bytes) {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << 8 | frame[at + i] & 0xFF;
        }
        return number;
    }
}
