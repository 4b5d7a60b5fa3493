package io.signalbox.gateway.amqp.message;

import io.signalbox.gateway.amqp.frame.Condition;
import io.signalbox.gateway.amqp.frame.Violation;
import io.signalbox.message.Message;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.activemq.artemis.selector.filter.BooleanExpression;
import org.apache.activemq.artemis.selector.filter.FilterException;
import org.apache.activemq.artemis.selector.impl.SelectorParser;

/**
 * A condition of Jakarta Messaging (3.8.1) on a message's properties, read and evaluated by the parser of Apache Artemis.
 * What it may cost is bounded before it is read: its length, how deep it nests, and the wildcards of each pattern, since
 * patterns become regular expressions. Hot path.
 *
 * @param text as the client wrote it
 */
public record Selector(String text, BooleanExpression expression) {
    static final int CHARS_MAX = 1_024;
    static final int DEPTH_MAX = 32;
    static final int WILDCARDS_MAX = 2;
    static final int WILDCARDS_ALL_MAX = 8;

    private static final Pattern STRING = Pattern.compile("'(?:[^']|'')*'");

    /** Beyond the standard: how the parser reads, and queries of XML. */
    private static final Pattern EXTENSION =
            Pattern.compile("\\b(XPATH|XQUERY)\\b|CONVERT_STRING_EXPRESSIONS:|HYPHENATED_PROPS:");

    private static final Pattern NOT = Pattern.compile("\\bNOT\\b|[-+]");

    /** @throws Violation it is no selector, or beyond a bound */
    public static Selector parse(String text) {
        if (text.length() > CHARS_MAX) {
            throw invalid("it has " + text.length() + " characters; the limit is " + CHARS_MAX);
        }
        Matcher strings = STRING.matcher(text);
        long wildcards = 0;
        while (strings.find()) {
            long more = strings.group().chars().filter(c -> c == '%').count();
            if (more > WILDCARDS_MAX) {
                throw invalid("a text in it has more than " + WILDCARDS_MAX + " wildcards");
            }
            wildcards += more;
        }
        if (wildcards > WILDCARDS_ALL_MAX) {
            throw invalid("it has " + wildcards + " wildcards; the limit is " + WILDCARDS_ALL_MAX);
        }
        String skeleton = STRING.matcher(text).replaceAll("''").toUpperCase(Locale.ROOT);
        if (EXTENSION.matcher(skeleton).find()) {
            throw invalid("it goes beyond the selectors of Jakarta Messaging");
        }
        if (depth(skeleton) > DEPTH_MAX) {
            throw invalid("it nests deeper than " + DEPTH_MAX);
        }
        try {
            return new Selector(text, SelectorParser.parse(text));
        } catch (FilterException | RuntimeException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    /** Brackets, and what stands before a value and can stand before itself. */
    private static int depth(String skeleton) {
        int open = 0;
        int deepest = 0;
        for (int i = 0; i < skeleton.length(); i++) {
            open += skeleton.charAt(i) == '(' ? 1 : skeleton.charAt(i) == ')' ? -1 : 0;
            deepest = Math.max(deepest, open);
        }
        return deepest + (int) NOT.matcher(skeleton).results().count();
    }

    private static Violation invalid(String why) {
        return new Violation(Condition.INVALID_FIELD, "the selector cannot be used: " + why);
    }

    /** What cannot be evaluated is unknown, and unknown is not true. */
    public boolean matches(Message message) {
        try {
            return expression.matches(new SelectorValues(message));
        } catch (FilterException | RuntimeException e) {
            return false;
        }
    }
}
