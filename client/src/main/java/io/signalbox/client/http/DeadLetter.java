package io.signalbox.client.http;

import io.signalbox.message.Message;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A message that the server could not deliver.
 *
 * @param id by which the server's operators know it
 * @param session whose it was
 * @param timeMillis epoch milliseconds
 * @param reasons in the order in which they came
 */
public record DeadLetter(long id, String session, long timeMillis, List<String> reasons, Message message) {
    static DeadLetter read(JsonNode json) {
        long time = json.path("time").asLong();
        return new DeadLetter(
                json.path("id").asLong(),
                json.path("session").asString(""),
                time,
                json.path("deaths")
                        .valueStream()
                        .map(death -> death.path("reason").asString(""))
                        .toList(),
                MessageReader.message(json.path("message"), time));
    }
}
