package io.signalbox.cli;

import io.signalbox.configuration.Explained;
import io.signalbox.configuration.Explanations;
import io.signalbox.configuration.plan.Judgement;
import io.signalbox.configuration.plan.Judgement.Verdict;
import io.signalbox.configuration.plan.Need;
import io.signalbox.server.config.ConfigurationException;
import io.signalbox.server.config.ServerConfig;
import io.signalbox.transport.Guarantees;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks no running server of Signalbox: it says what the configuration would give. */
@Command(
        name = "explain",
        description = {
            "Say what messages of a topic or a type are promised by the configured transports: durability, order,"
                    + " duplicates, when they may be lost, what ends their life. Without one, list what message types need.",
            "Changes nothing at any server. Exit code 1: something needed is not given; 69: a server did not answer, and"
                    + " what it gives is not known; 78: the configuration is wrong."
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "TOPIC_OR_TYPE",
            description = "A topic, or a type of the messages section.")
    private @Nullable String subject;

    @Option(
            names = "--needs",
            paramLabel = "NEED",
            split = ",",
            description = "What it needs beside what is declared: durable, synced, replicated, ordered, replay, delay,"
                    + " priority, archive.")
    private List<String> needs = List.of();

    @Option(names = "--offline", description = "Ask no server; what depends on one is then not known.")
    private boolean offline;

    @Mixin
    private final ConfigurationOptions configuration = new ConfigurationOptions();

    @Mixin
    private final Output output = new Output();

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigurationException {
        List<Need> wanted = needs();
        ServerConfig config = configuration.load();
        Explanations explanations = new Explanations(
                config.transports(), config.promises(), offline ? Duration.ZERO : configuration.timeout());
        if (subject == null) {
            List<Judgement> plan = explanations.plan();
            plan.forEach(judgement -> print(fields(judgement), judgement.text() + "\n"));
            plan.stream().flatMap(judgement -> judgement.refusals().stream()).forEach(this::refuse);
            return exitCode(plan);
        }
        Explained explained = explanations.explain(subject, wanted);
        print(fields(explained), explained.text());
        int code = exitCode(List.of(explained.judgement()));
        return code == 0 && !explained.certain() && !offline ? Failures.UNAVAILABLE : code;
    }

    private List<Need> needs() {
        try {
            return Need.KIND.parser().apply(String.join(",", needs));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--needs " + String.join(",", needs) + ": " + e.getMessage(), e);
        }
    }

    private static int exitCode(List<Judgement> judgements) {
        if (judgements.stream().anyMatch(judgement -> judgement.has(Verdict.UNMET))) {
            return Failures.REFUSED;
        }
        return judgements.stream().anyMatch(judgement -> judgement.has(Verdict.OPEN)) ? Failures.UNAVAILABLE : 0;
    }

    private void print(Map<String, @Nullable Object> fields, String text) {
        if (output.json()) {
            output.document(fields);
        } else {
            output.out().print(text);
        }
    }

    private void refuse(String refusal) {
        output.out().flush();
        output.stdio().err().println(refusal);
    }

    private static Map<String, @Nullable Object> fields(Judgement judgement) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("rule", judgement.rule().subject());
        fields.put("transport", judgement.rule().transport());
        fields.put("needs", needs(judgement));
        return fields;
    }

    private static Map<String, Object> needs(Judgement judgement) {
        Map<String, Object> needs = new LinkedHashMap<>();
        judgement
                .findings()
                .forEach(finding -> needs.put(
                        finding.need().text(),
                        switch (finding.verdict()) {
                            case MET -> "given";
                            case UNMET -> "not given";
                            case OPEN -> "not known";
                        }));
        return needs;
    }

    private static Map<String, @Nullable Object> fields(Explained explained) {
        Guarantees guarantees = explained.guarantees();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("subject", explained.subject());
        fields.put("rule", explained.rule());
        fields.put("transport", explained.transport());
        fields.put("door", explained.door());
        fields.put("description", explained.description());
        fields.put("certain", explained.certain());
        fields.put("durability", guarantees.durability());
        fields.put("order", guarantees.order());
        fields.put("duplicates", guarantees.duplicates());
        fields.put("lossWindow", guarantees.lossWindow());
        fields.put("retention", guarantees.retention());
        fields.put("hazards", explained.hazards());
        fields.put("bridges", explained.bridges());
        fields.put("needs", needs(explained.judgement()));
        return fields;
    }
}
