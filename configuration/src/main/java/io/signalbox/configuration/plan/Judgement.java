package io.signalbox.configuration.plan;

import java.util.List;
import java.util.stream.Collectors;

/** A rule held against what its transport promises. */
public record Judgement(MessageRule rule, List<Finding> findings) {
    public Judgement {
        findings = List.copyOf(findings);
    }

    /** How one need fares. */
    public enum Verdict {
        MET,
        UNMET,
        /** The transport's server has not answered, and what it promises depends on it. */
        OPEN
    }

    /** @param detail what is given instead; empty if it is met */
    public record Finding(Need need, Verdict verdict, String detail) {}

    public boolean has(Verdict verdict) {
        return findings.stream().anyMatch(finding -> finding.verdict() == verdict);
    }

    boolean isMet() {
        return findings.stream().allMatch(finding -> finding.verdict() == Verdict.MET);
    }

    /** One line for each need that is not met: type, need and transport. */
    public List<String> refusals() {
        return findings.stream()
                .filter(finding -> finding.verdict() == Verdict.UNMET)
                .map(finding -> rule.where() + ": " + rule.subject() + " needs "
                        + finding.need().text() + ", which the transport '" + rule.transport()
                        + "' does not give: " + finding.detail())
                .toList();
    }

    /** One line of the plan. */
    public String text() {
        String needs = findings.stream()
                .map(finding -> finding.need().text()
                        + switch (finding.verdict()) {
                            case MET -> "";
                            case UNMET -> " NOT GIVEN";
                            case OPEN -> " not known yet";
                        })
                .collect(Collectors.joining(", "));
        return rule.subject() + " -> " + rule.transport() + (needs.isEmpty() ? "" : ": " + needs);
    }
}
