package io.signalbox.configuration.source;

import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * References to the environment inside of values, so that secrets need not stand in files: {@code ${NAME}} is the
 * variable's value, {@code $${} is {@code ${} itself.
 */
public final class References {
    private static final Pattern REFERENCE = Pattern.compile("\\$?\\$\\{([^}]*)}?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private References() {}

    /** What is not set is a problem, and left as it is; no problem repeats the text, which may be a password. */
    public static Entry resolve(String name, Entry entry, Map<String, String> environment, Problems problems) {
        if (entry.text().indexOf("${") < 0) {
            return entry;
        }
        String text = REFERENCE
                .matcher(entry.text())
                .replaceAll(
                        found -> Matcher.quoteReplacement(value(name, entry, found.group(), environment, problems)));
        return new Entry(text, entry.where());
    }

    /** What is written as constants are is a name; anything else may be a part of a password that has a ${ in it. */
    private static String called(String variable) {
        return variable.matches("[A-Z][A-Z0-9_]*") ? "the environment variable " + variable : "an environment variable";
    }

    private static String value(
            String name, Entry entry, String found, Map<String, String> environment, Problems problems) {
        if (found.startsWith("$$")) {
            return found.substring(1);
        }
        String variable = found.substring(2, found.length() - (found.endsWith("}") ? 1 : 0));
        if (!found.endsWith("}") || !NAME.matcher(variable).matches()) {
            problems.add(entry.where(), name + " has a ${ that is no reference; write ${NAME}, or $${ for ${ itself");
            return found;
        }
        String value = environment.get(variable);
        if (value == null) {
            problems.add(
                    entry.where(),
                    name + " refers to " + called(variable) + ", which is not set; if ${ is meant, write $${");
            return found;
        }
        return value;
    }
}
