package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.compare.Scenario.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A broker that answers. Closing it ends its processes and deletes its folder. */
final class RunningBroker implements AutoCloseable {
    private static final long START_NANOS_MAX = 90_000_000_000L;
    private static final long STOP_SECONDS_MAX = 15;
    private static final int TAIL_LINES = 12;
    private static final byte[] CONNECT = {
        0x10, 17, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 5, 'r', 'e', 'a', 'd', 'y'
    };

    final Broker broker;
    final Start start;
    private final List<Process> processes = new ArrayList<>();
    private long readyNanos;

    private RunningBroker(Broker broker, Start start) {
        this.broker = broker;
        this.start = start;
    }

    /**
     * Waits until a CONNECT was answered.
     *
     * @param all hears of it before it runs, so that somebody stops it whatever happens
     */
    static RunningBroker start(Broker broker, Installation places, Setting setting, List<RunningBroker> all)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("signalbox-compare-" + broker.id() + "-");
        Start start = new Start(broker, places, folder, setting, Start.freePort(), Start.freePort());
        RunningBroker running = new RunningBroker(broker, start);
        all.add(running);
        try {
            List<ProcessBuilder> commands = start.commands();
            long begun = System.nanoTime();
            for (ProcessBuilder command : commands) {
                begun = System.nanoTime();
                running.processes.add(command.start());
            }
            running.awaitAnswer(begun);
            return running;
        } catch (IOException | InterruptedException e) {
            String log = running.logTail();
            running.close();
            all.remove(running);
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw new IOException(broker.title + " did not start: " + e.getMessage() + "\n" + log, e);
        }
    }

    /** The last lines of what it said; empty if it cannot be read. */
    String logTail() {
        try {
            List<String> lines = Files.readAllLines(start.log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException nothingSaid) {
            return "";
        }
    }

    boolean isAlive() {
        return !processes.isEmpty() && processes.getLast().isAlive();
    }

    private void awaitAnswer(long begun) throws IOException, InterruptedException {
        Process process = processes.getLast();
        while (!answers()) {
            if (!process.isAlive()) {
                throw new IOException("its process ended with " + process.exitValue());
            }
            if (System.nanoTime() - begun > START_NANOS_MAX) {
                throw new IOException("it does not answer");
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        readyNanos = System.nanoTime() - begun;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), start.port()), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write(CONNECT);
            InputStream in = socket.getInputStream();
            byte[] answer = in.readNBytes(4);
            return answer.length == 4 && answer[0] == 0x20 && answer[3] == 0;
        } catch (IOException e) {
            return false;
        }
    }

    long readyNanos() {
        return readyNanos;
    }

    /** The process that does the work: RabbitMQ's script stays in front of its Erlang machine. */
    long pid() {
        ProcessHandle main = processes.getLast().toHandle();
        return main.descendants()
                .filter(p -> p.info().command().orElse("").contains("beam"))
                .findFirst()
                .orElse(main)
                .pid();
    }

    /** Of the protocol that this broker is measured by. */
    int port() {
        return broker == Broker.NATS_CORE ? start.nativePort() : start.port();
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            List<ProcessHandle> family = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList();
            family.forEach(ProcessHandle::destroy);
            for (ProcessHandle member : family) {
                try {
                    member.onExit().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
                } catch (Exception e) {
                    member.destroyForcibly();
                }
            }
        }
        processes.clear();
        delete(start.folder());
    }

    private static void delete(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("compare: could not delete " + folder + ": " + e.getMessage());
        }
    }
}
