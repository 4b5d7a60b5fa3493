package io.signalbox.bus.filter;

import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.signalbox.bus.message.Envelope;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A filter written in the Common Expression Language, for filters that come from configuration:
 * {@code message.amount > 100 && headers["region"] == "eu"}. Known are {@code type} (simple name of the class),
 * {@code message} (its record components by name), {@code headers}, {@code session}, {@code from}, {@code to}, and
 * {@code key}; what is absent is the empty string. Needs {@code dev.cel:cel} on the class path.
 */
public final class CelFilter implements Filter {
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(CelOptions.current().build())
            .addVar("type", SimpleType.STRING)
            .addVar("message", MapType.create(SimpleType.STRING, SimpleType.DYN))
            .addVar("headers", MapType.create(SimpleType.STRING, SimpleType.STRING))
            .addVar("session", SimpleType.STRING)
            .addVar("from", SimpleType.STRING)
            .addVar("to", SimpleType.STRING)
            .addVar("key", SimpleType.STRING)
            .setResultType(SimpleType.BOOL)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().build();

    private final String expression;
    private final CelRuntime.Program program;

    private CelFilter(String expression, CelRuntime.Program program) {
        this.expression = expression;
        this.program = program;
    }

    /** @throws IllegalArgumentException with the compiler's words, if it is no expression of type bool */
    public static CelFilter compile(String expression) {
        try {
            return new CelFilter(
                    expression,
                    RUNTIME.createProgram(COMPILER.compile(expression).getAst()));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException("'" + expression + "' is no filter: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalStateException if the expression cannot be computed for this message */
    @Override
    public boolean accepts(Envelope<?> envelope) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("type", envelope.message().getClass().getSimpleName());
        variables.put("message", RecordFields.of(envelope.message()));
        variables.put("headers", headers(envelope));
        variables.put("session", envelope.session().map(session -> session.id()).orElse(""));
        variables.put("from", envelope.from().orElse(""));
        variables.put("to", envelope.to().orElse(""));
        variables.put("key", envelope.orderingKey().orElse(""));
        try {
            return Boolean.TRUE.equals(program.eval(variables));
        } catch (CelEvaluationException e) {
            throw new IllegalStateException("'" + expression + "' failed for " + envelope + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, String> headers(Envelope<?> envelope) {
        Map<String, String> all = new LinkedHashMap<>();
        envelope.headers().forEach(all::putIfAbsent);
        return all;
    }

    @Override
    public String toString() {
        return expression;
    }
}
