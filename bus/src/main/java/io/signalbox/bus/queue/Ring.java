package io.signalbox.bus.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Dmitry Vyukov's bounded queue for many producers and many consumers: each slot has a mark that says whose turn it is,
 * so that a producer and a consumer meet at a slot and not at a lock. It carries a time with each element, in the same
 * word as the mark, so that who puts an event in need not make an object to say when that was.
 *
 * <pre>
 * mark of a slot   63 ............ 26 25 ......... 0
 *                  time of the element  turn: the position of whoever may use the slot next
 * </pre>
 *
 * Position p is put into slot p mod size when the slot's turn is p, and taken from it when the turn is p + 1; then it is
 * p + size. 26 bits of a position tell all turns apart that can meet, and 37 bits of
 * milliseconds are four years (who waits when more have passed is given the latest time there is).
 *
 * <p>Hot path. Any thread may call anything.
 */
final class Ring<T> {
    /** So often is a slot looked at again before its holder, who may have lost his processor, is given ours. */
    private static final int LOOKS_BEFORE_YIELD = 64;

    /** Four times the greatest size. */
    private static final int TURN_BITS = 26;

    private static final long TURN_MASK = (1L << TURN_BITS) - 1;
    private static final long TIME_MAX = (1L << (Long.SIZE - TURN_BITS - 1)) - 1;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final Positions positions;
    private final long[] marks;
    private final @Nullable Object[] elements;
    private final int indexMask;
    private final long baseMillis;

    /**
     * @param sizeMin at most 2<sup>24</sup>; the size is the next power of two, and at least two
     * @param baseMillis no element has a time before it
     * @param positions unused before
     */
    Ring(int sizeMin, long baseMillis, Positions positions) {
        this.positions = positions;
        int size = Integer.highestOneBit(Math.max(2, sizeMin) - 1) << 1;
        indexMask = size - 1;
        this.baseMillis = baseMillis;
        elements = new Object[size];
        marks = new long[size];
        for (int i = 0; i < size; i++) {
            marks[i] = i;
        }
    }

    int size() {
        return elements.length;
    }

    boolean offer(T element, long timeMillis) {
        for (int looks = 1; ; looks++) {
            long position = positions.put();
            int index = (int) position & indexMask;
            long late = turns((long) LONGS.getAcquire(marks, index), position);
            if (late == 0) {
                if (positions.claimPut(position)) {
                    elements[index] = element;
                    long time = Math.clamp(timeMillis - baseMillis, 0, TIME_MAX);
                    LONGS.setRelease(marks, index, (time << TURN_BITS) | ((position + 1) & TURN_MASK));
                    return true;
                }
            } else if (late < 0 && position - positions.taken() >= elements.length) {
                return false;
            } else {
                pause(looks);
            }
        }
    }

    /** @param taken told the time of the element; null: nobody wants to know */
    @SuppressWarnings("unchecked")
    @Nullable
    T poll(@Nullable Taken taken) {
        for (int looks = 1; ; looks++) {
            long position = positions.taken();
            int index = (int) position & indexMask;
            long mark = (long) LONGS.getAcquire(marks, index);
            long late = turns(mark, position + 1);
            if (late == 0) {
                if (positions.claimTaken(position)) {
                    T element = (T) elements[index];
                    elements[index] = null;
                    LONGS.setRelease(marks, index, (position + elements.length) & TURN_MASK);
                    if (taken != null) {
                        taken.timeMillis = baseMillis + (mark >>> TURN_BITS);
                    }
                    return element;
                }
            } else if (late < 0 && position >= positions.put()) {
                return null;
            } else {
                pause(looks);
            }
        }
    }

    private static void pause(int looks) {
        if (looks % LOOKS_BEFORE_YIELD == 0) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
    }

    /** How far the turn of a slot is past a position; less than zero: it is not that position's turn yet. */
    private static long turns(long mark, long position) {
        int unused = Long.SIZE - TURN_BITS;
        return ((mark - position) << unused) >> unused;
    }
}
