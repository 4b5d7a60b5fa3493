package io.signalbox.server;

import io.signalbox.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server on free ports, and HTTP clients for it: a correct one, and a raw socket. */
public final class TestServer implements AutoCloseable {
    private final SignalboxServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private TestServer(SignalboxServer server) {
        this.server = server;
    }

    public static TestServer start(Path data, String... keysAndValues) throws Exception {
        Map<String, String> sets = new HashMap<>(
                Map.of("mqtt.port", "0", "http.port", "0", "data.dir", data.toString(), "log.segment-bytes", "64KiB"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            sets.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new TestServer(SignalboxServer.start(ServerConfig.load(null, Map.of(), sets)));
    }

    public SignalboxServer server() {
        return server;
    }

    public int httpPort() {
        return server.ports().http();
    }

    /** @param user with password, as {@code name:password}; null: none */
    public HttpResponse<String> send(
            String method, String path, @Nullable String body, @Nullable String user, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.setHeader("content-type", "application/json");
        }
        if (user != null) {
            request.setHeader(
                    "authorization",
                    "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, null, null);
    }

    public HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send("POST", path, body, null);
    }

    /** The value of the first line of the metrics that begins so. */
    public long metric(String line) throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(l -> l.startsWith(line))
                .mapToLong(l -> (long) Double.parseDouble(l.substring(l.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line of " + line));
    }

    public static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    public Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", httpPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** The same from another address of this machine. */
    public Socket connectFrom(String address) throws IOException {
        Socket socket = new Socket("127.0.0.1", httpPort(), InetAddress.getByName(address), 0);
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** The same with a receive buffer that the kernel does not let grow. */
    public Socket connect(int receiveBufferBytes) throws IOException {
        Socket socket = new Socket();
        // Only what is set before connecting bounds the window that TCP announces.
        socket.setReceiveBufferSize(receiveBufferBytes);
        socket.connect(new InetSocketAddress("127.0.0.1", httpPort()));
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** Sends bytes as they are and reads until the server closes. */
    public String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // the server has answered and closed before all was sent
            }
            StringBuilder answer = new StringBuilder();
            try {
                int b;
                while ((b = socket.getInputStream().read()) >= 0) {
                    answer.append((char) b);
                }
            } catch (java.net.SocketException e) {
                // reset, for it did not read all that was sent
            }
            return answer.toString();
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
