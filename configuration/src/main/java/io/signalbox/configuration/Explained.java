package io.signalbox.configuration;

import io.signalbox.configuration.plan.Judgement;
import io.signalbox.transport.Guarantees;
import java.util.List;

/**
 * What messages of a topic or a type are promised.
 *
 * @param subject as it was asked for
 * @param rule the rule that is for it; empty: none
 * @param transport name of what carries it
 * @param door how messages come to it
 * @param certain false: its server was not asked, and this is the least
 * @param hazards what else an operator should know
 * @param bridges that carry it on
 */
public record Explained(
        String subject,
        String rule,
        String transport,
        String door,
        String description,
        boolean certain,
        Guarantees guarantees,
        List<String> hazards,
        Judgement judgement,
        List<String> bridges) {
    public Explained {
        hazards = List.copyOf(hazards);
        bridges = List.copyOf(bridges);
    }

    /** As an operator reads it. */
    public String text() {
        StringBuilder text = new StringBuilder()
                .append("transport   ")
                .append(transport)
                .append(" (")
                .append(description)
                .append(")\n");
        text.append("door        ").append(door).append('\n');
        if (!rule.isEmpty()) {
            text.append("rule        ").append(rule).append('\n');
        }
        text.append(guarantees.text());
        hazards.forEach(hazard -> text.append("beware      ").append(hazard).append('\n'));
        bridges.forEach(bridge -> text.append("bridge      ").append(bridge).append('\n'));
        judgement
                .findings()
                .forEach(finding -> text.append("needs       ")
                        .append(finding.need().text())
                        .append(
                                switch (finding.verdict()) {
                                    case MET -> ": given";
                                    case UNMET -> ": NOT GIVEN: " + finding.detail();
                                    case OPEN -> ": not known, its server did not answer";
                                })
                        .append('\n'));
        if (!certain) {
            text.append("beware      its server did not answer: what depends on it is given as the least\n");
        }
        return text.toString();
    }
}
