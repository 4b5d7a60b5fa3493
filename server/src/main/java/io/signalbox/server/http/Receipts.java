package io.signalbox.server.http;

import io.signalbox.transport.Receipt;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What publishers hear, as JSON. */
final class Receipts {
    private Receipts() {}

    static Map<String, Object> json(Receipt receipt) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("outcome", receipt.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.put("durability", receipt.durability().name().toLowerCase(Locale.ROOT));
        json.put("sequence", receipt.sequence());
        return json;
    }

    /** Waits for all together, and answers a line for each: its receipt, or the problem it had. */
    static Response lines(List<CompletableFuture<Receipt>> answers) throws InterruptedException {
        try {
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .get(Stages.SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // each line says how it went with that message
        }
        ByteArrayOutputStream lines = new ByteArrayOutputStream(answers.size() * 64);
        for (CompletableFuture<Receipt> answer : answers) {
            lines.writeBytes(line(answer));
            lines.write('\n');
        }
        return new Response.Whole(200, NdJson.MEDIA_TYPE, lines.toByteArray(), Map.of());
    }

    private static byte[] line(CompletableFuture<Receipt> answer) throws InterruptedException {
        try {
            return answer.isDone()
                    ? Json.bytes(json(answer.get()))
                    : Problems.of(Stages.unknownOutcome()).body();
        } catch (ExecutionException e) {
            return Problems.of(e).body();
        }
    }
}
