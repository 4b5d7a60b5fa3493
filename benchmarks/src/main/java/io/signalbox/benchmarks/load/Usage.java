package io.signalbox.benchmarks.load;

/** Processor time over a stretch of the run, of this process and of the server's. */
final class Usage {
    private final long pid;
    private final double ownAtStart = ProcessFigures.ownCpuSeconds();
    private final double serverAtStart;
    private double own;
    private double server;

    private Usage(long pid) {
        this.pid = pid;
        this.serverAtStart = ProcessFigures.cpuSeconds(pid);
    }

    static Usage start(long pid) {
        return new Usage(pid);
    }

    void stop() {
        own = ProcessFigures.ownCpuSeconds() - ownAtStart;
        server = ProcessFigures.cpuSeconds(pid) - serverAtStart;
    }

    double own() {
        return own;
    }

    double server() {
        return server;
    }
}
