package io.signalbox.gateway.amqp.frame;

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
    public static final int TRANSFER = 0x14;
    public static final int DISPOSITION = 0x15;
    public static final int DETACH = 0x16;
    public static final int END = 0x17;

    private static final int NULL = 0x40;

    public int channel() {
        return (frame[6] & 0xFF) << 8 | frame[7] & 0xFF;
    }

    public int bytes() {
        return end - from;
    }

    /** @return where the field begins; -1 if it is absent or null */
    private int field(int number) {
        int at;
        int count;
        switch (frame[from] & 0xFF) {
            case 0xC0 -> {
                count = frame[from + 2] & 0xFF;
                at = from + 3;
            }
            case 0xD0 -> {
                count = (int) number(from + 5, Integer.BYTES);
                at = from + 9;
            }
            default -> {
                return -1;
            }
        }
        if (number >= count) {
            return -1;
        }
        for (int i = 0; i < number; i++) {
            at = EncodedValues.check(frame, at, end, EncodedValues.Inspector.NONE);
        }
        return (frame[at] & 0xFF) == NULL ? -1 : at;
    }

    /** @return -1 if it is absent, or no unsigned int */
    public long unsignedInt(int number) {
        int at = field(number);
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

    /** @return null if it is absent, or no boolean */
    public @Nullable Boolean flag(int number) {
        int at = field(number);
        return at < 0
                ? null
                : switch (frame[at] & 0xFF) {
                    case 0x41 -> true;
                    case 0x42 -> false;
                    case 0x56 -> frame[at + 1] != 0;
                    default -> null;
                };
    }

    /** @return how many bytes a binary, string or symbol has; 0 if it is absent */
    public int length(int number) {
        int at = field(number);
        if (at < 0) {
            return 0;
        }
        return switch (frame[at] >> 4 & 0xF) {
            case 0xA -> frame[at + 1] & 0xFF;
            case 0xB -> (int) number(at + 1, Integer.BYTES);
            default -> 0;
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
