package io.signalbox.benchmarks.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Which sockets are ready: an epoll instance, level-triggered. Owned by the thread of the {@link EventLoop}. */
final class Poller implements AutoCloseable {
    static final int IN = 1;
    static final int OUT = 4;
    static final int ERROR = 8;
    static final int HANG_UP = 16;

    private static final int EVENTS = 512;
    private static final int ADD = 1;
    private static final int MODIFY = 3;

    /** {@code struct epoll_event} is packed on x86-64, and on no other machine. */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final int DATA_AT = PACKED ? 4 : 8;
    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final Libc libc;
    private final int epoll;
    private final MemorySegment events = Arena.ofAuto().allocate((long) EVENTS * EVENT_BYTES, 8);
    private final MemorySegment one = Arena.ofAuto().allocate(EVENT_BYTES, 8);
    private final MemorySegment timeout = Arena.ofAuto().allocate(16, 8);

    Poller(Libc libc) {
        this.libc = libc;
        this.epoll = libc.epollCreate();
        if (epoll < 0) {
            throw new LoadException("epoll_create1 failed, errno " + -epoll);
        }
    }

    /** @param token comes back with each event of the socket */
    void add(int fd, int token, int interest) {
        control(ADD, fd, token, interest);
    }

    void modify(int fd, int token, int interest) {
        control(MODIFY, fd, token, interest);
    }

    private void control(int operation, int fd, int token, int interest) {
        one.set(INT, 0, interest);
        one.set(INT, DATA_AT, token);
        int error = libc.epollControl(epoll, operation, fd, one);
        if (error < 0) {
            throw new LoadException("epoll_ctl failed, errno " + -error);
        }
    }

    /** @return how many events there are for {@link #token} and {@link #flags} */
    int await(long nanos) {
        timeout.set(ValueLayout.JAVA_LONG, 0, nanos / 1_000_000_000L);
        timeout.set(ValueLayout.JAVA_LONG, 8, nanos % 1_000_000_000L);
        int count = libc.epollWait(epoll, events, EVENTS, timeout);
        if (count < 0 && count != -Libc.EINTR) {
            throw new LoadException("epoll_pwait2 failed, errno " + -count);
        }
        return Math.max(0, count);
    }

    int flags(int event) {
        return events.get(INT, (long) event * EVENT_BYTES);
    }

    int token(int event) {
        return events.get(INT, (long) event * EVENT_BYTES + DATA_AT);
    }

    @Override
    public void close() {
        libc.close(epoll);
    }
}
