package io.signalbox.benchmarks.compare;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The heap of a Signalbox, from its {@code /metrics}. */
final class HeapMetrics implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpRequest request;

    /** @param wait for an answer, at most */
    HeapMetrics(int httpPort, Duration wait) {
        this.request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/metrics"))
                .timeout(wait)
                .build();
    }

    /** @throws IOException also if there is no answer in time */
    String read() throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("/metrics answered " + answer.statusCode());
        }
        return answer.body();
    }

    /** @param pool part of the pool's name; empty: all of the heap */
    static double mib(String metrics, String pool) {
        return metrics.lines()
                        .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"") && line.contains(pool))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum()
                / (1 << 20);
    }

    @Override
    public void close() {
        client.close();
    }
}
