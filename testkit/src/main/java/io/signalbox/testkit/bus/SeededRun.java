package io.signalbox.testkit.bus;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** One run of a test with one seed: gives it its bus, tells the seed when it fails, and closes what it built. */
final class SeededRun implements ParameterResolver, TestExecutionExceptionHandler, AfterEachCallback {
    private final long seed;
    private final DeterministicBusBuilder builder;

    SeededRun(long seed) {
        this.seed = seed;
        builder = new DeterministicBusBuilder(seed);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == DeterministicBus.class || type == DeterministicBusBuilder.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == DeterministicBus.class ? builder.build() : builder;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        String note = context.getRequiredTestMethod().getName() + " failed" + Seeds.hint(seed);
        System.err.println(note);
        context.publishReportEntry(Seeds.PROPERTY, String.valueOf(seed));
        failure.addSuppressed(new SeedNote(note));
        throw failure;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        builder.closeBuilt();
    }

    /** Puts the seed into the stack trace, which is what people copy. */
    private static final class SeedNote extends Exception {
        private static final long serialVersionUID = 1;

        SeedNote(String note) {
            super(note, null, false, false);
        }
    }
}
