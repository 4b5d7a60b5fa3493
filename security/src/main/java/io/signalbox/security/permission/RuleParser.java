package io.signalbox.security.permission;

import io.signalbox.access.Action;
import io.signalbox.message.NamePattern;
import java.util.EnumSet;
import java.util.Set;

/** One line: {@code allow|deny WHO publish|subscribe|all FILTER} or {@code allow|deny WHO admin}. */
final class RuleParser {
    private static final String FORM =
            "a rule is `allow|deny WHO publish|subscribe|all FILTER` or `allow|deny WHO admin`";
    private static final String WHO_FORM = "it must be user:NAME, client:ID, anonymous or everybody";

    private final String line;
    private int at;

    private RuleParser(String line) {
        this.line = line;
    }

    /** @throws IllegalArgumentException saying what is wrong with it */
    static Rule parse(String line) {
        return new RuleParser(line).rule();
    }

    private Rule rule() {
        String effect = word();
        if (!effect.equals("allow") && !effect.equals("deny")) {
            throw new IllegalArgumentException("begins with '" + effect + "'; " + FORM);
        }
        Who who = who();
        String what = word();
        String filter = line.substring(at).strip();
        if (what.equals("admin")) {
            if (!filter.isEmpty()) {
                throw new IllegalArgumentException("has '" + filter + "' after admin, which takes no filter");
            }
            return new Rule(effect.equals("allow"), who, EnumSet.of(Action.ADMIN), null);
        }
        Set<Action> actions = switch (what) {
            case "publish" -> EnumSet.of(Action.PUBLISH);
            case "subscribe" -> EnumSet.of(Action.SUBSCRIBE);
            case "all" -> EnumSet.of(Action.PUBLISH, Action.SUBSCRIBE);
            default ->
                throw new IllegalArgumentException(
                        "has '" + what + "' where publish, subscribe, all or admin belongs; " + FORM);
        };
        if (filter.isEmpty()) {
            throw new IllegalArgumentException("has no topic filter after " + what + "; write # for every topic");
        }
        return new Rule(effect.equals("allow"), who, actions, FilterTemplate.parse(filter));
    }

    private Who who() {
        skipBlanks();
        if (line.startsWith("user:", at)) {
            at += "user:".length();
            return new Who.User(name());
        }
        if (line.startsWith("client:", at)) {
            at += "client:".length();
            return new Who.Client(name());
        }
        String word = word();
        return switch (word) {
            case "everybody" -> new Who.Everybody();
            case "anonymous" -> new Who.Anonymous();
            default -> throw new IllegalArgumentException("has '" + word + "' for whom it is; " + WHO_FORM);
        };
    }

    /** Up to the next blank, or in double quotes when it has blanks itself. */
    private NamePattern name() {
        String name;
        if (at < line.length() && line.charAt(at) == '"') {
            int end = line.indexOf('"', at + 1);
            if (end < 0) {
                throw new IllegalArgumentException(
                        "has a name with a double quote at its beginning and none at its end");
            }
            name = line.substring(at + 1, end);
            at = end + 1;
            if (at < line.length() && !isBlank(line.charAt(at))) {
                throw new IllegalArgumentException("has no blank after the name \"" + name + "\"");
            }
        } else {
            int from = at;
            at = endOfWord();
            name = line.substring(from, at);
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("has an empty name; " + WHO_FORM);
        }
        return new NamePattern(name);
    }

    private String word() {
        skipBlanks();
        int from = at;
        at = endOfWord();
        return line.substring(from, at);
    }

    private void skipBlanks() {
        while (at < line.length() && isBlank(line.charAt(at))) {
            at++;
        }
    }

    private int endOfWord() {
        int end = at;
        while (end < line.length() && !isBlank(line.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
