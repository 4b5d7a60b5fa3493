package io.signalbox.benchmarks.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What the kernel says of a process, from {@code /proc}; zeros for one that is not there. */
public final class ProcessFigures {
    /** The unit of /proc/PID/stat; 100 on every Linux that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private ProcessFigures() {}

    /** Processor time of all threads, in seconds. */
    public record Cpu(double user, double system) {}

    /** @param name cut to 15 characters by the kernel */
    public record ThreadCpu(String name, Cpu cpu) {}

    /** So far. */
    public static Cpu cpu(long pid) {
        return cpu(read(pid, "stat"));
    }

    /** Of each thread that lives, in seconds, by its id. */
    public static Map<String, ThreadCpu> threads(long pid) {
        Map<String, ThreadCpu> threads = new HashMap<>();
        String[] ids = Path.of("/proc", Long.toString(pid), "task").toFile().list();
        for (String id : ids == null ? new String[0] : ids) {
            String stat = read(pid, "task/" + id + "/stat");
            if (!stat.isEmpty()) {
                threads.put(id, new ThreadCpu(stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')), cpu(stat)));
            }
        }
        return threads;
    }

    private static Cpu cpu(String stat) {
        // The name, in parentheses, may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
        return fields.length < 13
                ? new Cpu(0, 0)
                : new Cpu(Long.parseLong(fields[11]) / TICKS_PER_SECOND, Long.parseLong(fields[12]) / TICKS_PER_SECOND);
    }

    /** Processor time of all threads so far. */
    public static double cpuSeconds(long pid) {
        Cpu cpu = cpu(pid);
        return cpu.user() + cpu.system();
    }

    /** Resident memory. */
    public static long residentKib(long pid) {
        return read(pid, "status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    /** Open ones; 0 also for a process that may not be looked at. */
    public static int descriptors(long pid) {
        String[] open = Path.of("/proc", Long.toString(pid), "fd").toFile().list();
        return open == null ? 0 : open.length;
    }

    public static double ownCpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }

    private static String read(long pid, String file) {
        if (pid <= 0) {
            return "";
        }
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            return "";
        }
    }
}
