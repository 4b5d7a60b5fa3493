package io.signalbox.server.front;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** Bytes to a server and back. */
interface Line {
    void send(byte[] bytes) throws IOException;

    /** -1 at the end. */
    int read() throws IOException;

    /** As a cable that is pulled. */
    void cut();

    static Line tcp(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        InputStream in = socket.getInputStream();
        return new Line() {
            @Override
            public void send(byte[] bytes) throws IOException {
                socket.getOutputStream().write(bytes);
            }

            @Override
            public int read() throws IOException {
                return in.read();
            }

            @Override
            public void cut() {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    static Line webSocket(HttpClient client, int port) {
        Received received = new Received();
        WebSocket socket = client.newWebSocketBuilder()
                .subprotocols("mqtt")
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/mqtt"), received)
                .join();
        return new Line() {
            @Override
            public synchronized void send(byte[] bytes) throws IOException {
                try {
                    socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
                } catch (CompletionException e) {
                    throw new IOException(e); // the server has closed it meanwhile
                }
            }

            @Override
            public int read() throws IOException {
                return received.read();
            }

            @Override
            public void cut() {
                socket.abort();
                received.end();
            }
        };
    }

    /** What came in frames, as a stream. */
    final class Received implements WebSocket.Listener {
        private static final int END = -1;

        private final BlockingQueue<Integer> bytes = new LinkedBlockingQueue<>();

        int read() throws IOException {
            try {
                int next = bytes.take();
                if (next == END) {
                    end();
                }
                return next;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        void end() {
            bytes.add(END);
        }

        @Override
        @SuppressWarnings("NullAway") // null is the JDK's word for "done with it"
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            while (data.hasRemaining()) {
                bytes.add(data.get() & 0xff);
            }
            socket.request(1);
            return null;
        }

        @Override
        @SuppressWarnings("NullAway")
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            end();
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            end();
        }
    }
}
