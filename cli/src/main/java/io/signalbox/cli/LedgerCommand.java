package io.signalbox.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "ledger",
        description = "Show where every message went, by session and topic. Exit code 1: something does not balance.",
        mixinStandardHelpOptions = true)
final class LedgerCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        Map<String, @Nullable Object> ledger = api.get("/api/v1/ledger");
        if (output.json()) {
            output.document(ledger);
        } else {
            List<Map<String, @Nullable Object>> lines = new ArrayList<>(Api.objects(ledger, "sessions"));
            lines.addAll(Api.objects(ledger, "topics"));
            output.rows(lines.stream()
                    .map(line -> Output.pick(
                            line, "name", "published", "offered", "delivered", "pending", "expired", "dead", "dropped"))
                    .toList());
        }
        return Api.objects(ledger, "mismatches").isEmpty() ? 0 : 1;
    }
}
