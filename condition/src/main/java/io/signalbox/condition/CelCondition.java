package io.signalbox.condition;

import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.signalbox.message.Message;
import io.signalbox.transport.provider.MessageCondition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A condition such as {@code payload.amount > 100 && headers["region"] == "eu"}. Known are {@code topic}, {@code id},
 * {@code kind}, {@code from}, {@code to}, {@code replyTo}, {@code key}, {@code type} and {@code version} (the schema's),
 * {@code contentType}, {@code priority}, {@code timestamp} and {@code ttl} (milliseconds), {@code headers}, and {@code
 * payload}. What is absent is the empty text, or 0. Numbers of a payload are compared whether they are whole or not.
 * However much a publisher puts into a message, to decide about it is bounded: by the steps of a {@link Budget}, and by
 * rounds of loops.
 */
final class CelCondition implements MessageCondition {
    static final int ROUNDS_MAX = 10_000;

    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .comprehensionMaxIterations(ROUNDS_MAX)
            .build();
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("topic", SimpleType.STRING)
            .addVar("id", SimpleType.STRING)
            .addVar("kind", SimpleType.STRING)
            .addVar("from", SimpleType.STRING)
            .addVar("to", SimpleType.STRING)
            .addVar("replyTo", SimpleType.STRING)
            .addVar("key", SimpleType.STRING)
            .addVar("type", SimpleType.STRING)
            .addVar("version", SimpleType.STRING)
            .addVar("contentType", SimpleType.STRING)
            .addVar("priority", SimpleType.INT)
            .addVar("timestamp", SimpleType.INT)
            .addVar("ttl", SimpleType.INT)
            .addVar("headers", MapType.create(SimpleType.STRING, SimpleType.STRING))
            .addVar("payload", SimpleType.DYN)
            .setResultType(SimpleType.BOOL)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

    private final String expression;
    private final CelRuntime.Program program;

    private CelCondition(String expression, CelRuntime.Program program) {
        this.expression = expression;
        this.program = program;
    }

    /** @throws IllegalArgumentException with the compiler's words, if it is no condition */
    static CelCondition compile(String expression) {
        try {
            return new CelCondition(
                    expression,
                    RUNTIME.createProgram(COMPILER.compile(expression).getAst()));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException(
                    String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip(), e);
        }
    }

    @Override
    public boolean holds(Message message, Supplier<@Nullable Object> payload) {
        try {
            return Boolean.TRUE.equals(program.eval(new Variables(message, payload)));
        } catch (CelEvaluationException | Budget.Spent e) {
            throw new IllegalStateException("'" + expression + "' cannot be decided: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return expression;
    }
}
