package io.signalbox.testkit.bus;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs {@link DeterministicBusTest}. */
final class DeterministicBusExtension implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getElement(), DeterministicBusTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        DeterministicBusTest test = AnnotationSupport.findAnnotation(context.getElement(), DeterministicBusTest.class)
                .orElseThrow();
        if (test.runs() < 1) {
            throw new IllegalArgumentException("runs is " + test.runs() + "; it must be 1 or more");
        }
        return Seeds.of(test.runs(), test.seed()).mapToObj(Run::new);
    }

    private record Run(long seed) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int number) {
            return "seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new SeededRun(seed));
        }
    }
}
