package io.signalbox.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.systemtests.process.Http;
import io.signalbox.systemtests.process.ServerProcess;

/** The JDK's client, which publishes a message in JSON. */
final class HttpSender implements Sender {
    @Override
    public Wire wire() {
        return Wire.HTTP;
    }

    @Override
    public void publish(ServerProcess server, Letter letter) {
        Http.Answer answer = server.http().post("/api/v1/publish", JsonLetters.write(letter));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    @Override
    public String toString() {
        return "HTTP";
    }
}
