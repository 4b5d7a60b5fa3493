package io.signalbox.benchmarks.load;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The system calls of Linux that the generator needs. {@code Selector} sleeps in whole milliseconds, which is longer
 * than the latencies to be measured, and a generator that spins instead takes a core from the server; {@code
 * epoll_pwait2} (Linux 5.11, glibc 2.35) sleeps in nanoseconds. Calls that fail return {@code -errno}. An instance is
 * for one thread.
 */
final class Libc {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EINPROGRESS = 115;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = handle("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CONNECT = handle("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SET_OPTION =
            handle("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GET_OPTION =
            handle("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle READ = handle("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle SEND = handle("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLOSE = handle("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CREATE = handle("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CONTROL =
            handle("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle EPOLL_WAIT =
            handle("epoll_pwait2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle TIMER_SLACK = variadic("prctl", JAVA_INT, JAVA_INT, JAVA_LONG);

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int PR_SET_TIMERSLACK = 29;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
    private final MemorySegment address = arena.allocate(16);
    private final MemorySegment option = arena.allocate(8);

    private static MethodHandle handle(String name, ValueLayout result, ValueLayout... arguments) {
        return link(name, List.of(), result, arguments);
    }

    /** All but the first argument are behind the dots. */
    private static MethodHandle variadic(String name, ValueLayout result, ValueLayout... arguments) {
        return link(name, List.of(Linker.Option.firstVariadicArg(1)), result, arguments);
    }

    private static MethodHandle link(
            String name, List<Linker.Option> more, ValueLayout result, ValueLayout... arguments) {
        MemorySegment symbol = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new LoadException("this system has no " + name
                        + "; the load generator needs Linux 5.11 and glibc 2.35, or newer ones"));
        List<Linker.Option> options = new ArrayList<>(more);
        options.add(Linker.Option.captureCallState("errno"));
        return LINKER.downcallHandle(
                symbol, FunctionDescriptor.of(result, arguments), options.toArray(Linker.Option[]::new));
    }

    private int checked(int result) {
        return result >= 0 ? result : -(int) ERRNO.get(state, 0L);
    }

    private static AssertionError impossible(Throwable cause) {
        return new AssertionError("a system call threw", cause);
    }

    /** @return a non-blocking TCP socket without Nagle's delay */
    int socket() {
        try {
            int fd = checked((int) SOCKET.invokeExact(state, AF_INET, SOCK_STREAM_NONBLOCK_CLOEXEC, 0));
            if (fd >= 0) {
                option.set(JAVA_INT, 0, 1);
                int unused = (int) SET_OPTION.invokeExact(state, fd, 6, 1, option, 4); // IPPROTO_TCP, TCP_NODELAY
            }
            return fd;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** @param ip four bytes, in the order in which they are written */
    int connect(int fd, byte[] ip, int port) {
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        address.set(ValueLayout.JAVA_BYTE, 2, (byte) (port >>> 8));
        address.set(ValueLayout.JAVA_BYTE, 3, (byte) port);
        MemorySegment.copy(ip, 0, address, ValueLayout.JAVA_BYTE, 4, 4);
        try {
            return checked((int) CONNECT.invokeExact(state, fd, address, 16));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** @return 0, or the errno of a connect that was under way */
    int connectError(int fd) {
        option.set(JAVA_INT, 0, 0);
        option.set(JAVA_INT, 4, 4);
        try {
            // SOL_SOCKET, SO_ERROR
            int unused = (int) GET_OPTION.invokeExact(state, fd, 1, 4, option, option.asSlice(4));
            return option.get(JAVA_INT, 0);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int read(int fd, MemorySegment to, int bytes) {
        try {
            return checked((int) (long) READ.invokeExact(state, fd, to, (long) bytes));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int send(int fd, MemorySegment from, int bytes) {
        try {
            return checked((int) (long) SEND.invokeExact(state, fd, from, (long) bytes, MSG_NOSIGNAL));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    void close(int fd) {
        try {
            int unused = (int) CLOSE.invokeExact(state, fd);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int epollCreate() {
        try {
            return checked((int) EPOLL_CREATE.invokeExact(state, 0x80000));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int epollControl(int epoll, int operation, int fd, MemorySegment event) {
        try {
            return checked((int) EPOLL_CONTROL.invokeExact(state, epoll, operation, fd, event));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** @param timeout a {@code struct timespec} */
    int epollWait(int epoll, MemorySegment events, int count, MemorySegment timeout) {
        try {
            return checked((int) EPOLL_WAIT.invokeExact(state, epoll, events, count, timeout, MemorySegment.NULL));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** How late the kernel may wake the calling thread; 50 µs unless told. */
    void timerSlack(long nanos) {
        try {
            int unused = (int) TIMER_SLACK.invokeExact(state, PR_SET_TIMERSLACK, nanos);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }
}
