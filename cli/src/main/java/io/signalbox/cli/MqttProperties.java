package io.signalbox.cli;

import io.signalbox.cli.link.PublishProperties;
import io.signalbox.cli.link.UserProperty;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The properties of MQTT 5 as mosquitto's clients take them: {@code -D COMMAND NAME VALUE}. */
final class MqttProperties {
    @Option(
            names = {"-D", "--property"},
            paramLabel = "COMMAND NAME VALUE",
            description = "A property of MQTT 5 on connect, publish, subscribe or will, such as"
                    + " -D publish content-type text/plain, or -D publish user-property NAME VALUE. May be repeated.",
            parameterConsumer = Taker.class)
    private List<Given> given = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec command;

    /** @param second the value of a user property, whose name is {@code value} */
    private record Given(String packet, String name, String value, String second) {}

    boolean isEmpty() {
        return given.isEmpty();
    }

    List<UserProperty> user(String packet) {
        return given.stream()
                .filter(each -> each.packet.equals(packet) && each.name.equals("user-property"))
                .map(each -> new UserProperty(each.value, each.second))
                .toList();
    }

    /** @param fallback if it was not given */
    long number(String packet, String name, long fallback, long max) {
        String text = text(packet, name);
        if (text == null) {
            return fallback;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same answer as for a number out of range
        }
        throw wrong("-D " + packet + " " + name + " is '" + text + "'; it must be a whole number from 0 to " + max);
    }

    PublishProperties of(String packet) {
        if (given.stream().noneMatch(each -> each.packet.equals(packet))) {
            return PublishProperties.NONE;
        }
        String correlation = text(packet, "correlation-data");
        long format = number(packet, "payload-format-indicator", -1, 1);
        return new PublishProperties(
                number(packet, "message-expiry-interval", -1, 0xFFFF_FFFFL),
                format < 0 ? null : format == 1,
                text(packet, "content-type"),
                text(packet, "response-topic"),
                correlation == null ? null : correlation.getBytes(StandardCharsets.UTF_8),
                user(packet));
    }

    private @Nullable String text(String packet, String name) {
        return given.stream()
                .filter(each -> each.packet.equals(packet) && each.name.equals(name))
                .map(Given::value)
                .reduce((first, last) -> last)
                .orElse(null);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Takes three words, or four when it is a user property. */
    static final class Taker implements IParameterConsumer {
        private static final List<String> MESSAGE = List.of(
                "content-type",
                "correlation-data",
                "message-expiry-interval",
                "payload-format-indicator",
                "response-topic",
                "user-property");

        @Override
        @SuppressWarnings("JdkObsolete") // the stack is picocli's
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            String packet = word(words, command);
            List<String> names = switch (packet) {
                case "connect" ->
                    List.of("maximum-packet-size", "receive-maximum", "session-expiry-interval", "user-property");
                case "publish" -> MESSAGE;
                case "will" -> {
                    List<String> will = new ArrayList<>(MESSAGE);
                    will.add("will-delay-interval");
                    yield will;
                }
                case "subscribe" -> List.of("user-property");
                default ->
                    throw new ParameterException(
                            command.commandLine(), "-D " + packet + ": it must be connect, publish, subscribe or will");
            };
            String name = word(words, command);
            if (!names.contains(name)) {
                throw new ParameterException(
                        command.commandLine(), "-D " + packet + " " + name + ": it must be one of " + names);
            }
            String value = word(words, command);
            List<Given> given = option.getValue();
            given.add(new Given(packet, name, value, name.equals("user-property") ? word(words, command) : ""));
        }

        @SuppressWarnings("JdkObsolete") // the stack is picocli's
        private static String word(Stack<String> words, CommandSpec command) {
            if (words.isEmpty()) {
                throw new ParameterException(
                        command.commandLine(),
                        "-D needs three words, COMMAND NAME VALUE, and four for a user property: ... NAME VALUE");
            }
            return words.pop();
        }
    }
}
