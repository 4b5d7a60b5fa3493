package io.signalbox.avro;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a generated class and its own schema name, and no others: whoever asks for a class trusts what was
 * generated with it. Avro would look classes up by the names in schemas, and refuses all that nobody has listed in a
 * system property.
 */
final class GeneratedClasses extends SpecificData {
    private static final ClassValue<GeneratedClasses> OF_CLASS = new ClassValue<>() {
        @Override
        protected GeneratedClasses computeValue(Class<?> type) {
            return new GeneratedClasses(type, SpecificData.getForClass(type).getSchema(type));
        }
    };

    private final Map<String, Class<?>> byName = new HashMap<>();

    private GeneratedClasses(Class<?> asked, Schema schema) {
        super(asked.getClassLoader());
        SpecificData.getForClass(asked).getConversions().forEach(this::addLogicalTypeConversion);
        byName.put(schema.getFullName(), asked);
        collect(schema, asked.getClassLoader(), new HashSet<>());
    }

    static GeneratedClasses of(Class<?> asked) {
        return OF_CLASS.get(asked);
    }

    private void collect(Schema schema, ClassLoader loader, Set<String> seen) {
        switch (schema.getType()) {
            case RECORD -> {
                if (seen.add(schema.getFullName())) {
                    name(schema, loader);
                    schema.getFields().forEach(field -> collect(field.schema(), loader, seen));
                }
            }
            case ENUM, FIXED -> name(schema, loader);
            case ARRAY -> collect(schema.getElementType(), loader, seen);
            case MAP -> collect(schema.getValueType(), loader, seen);
            case UNION -> schema.getTypes().forEach(each -> collect(each, loader, seen));
            default -> {}
        }
    }

    private void name(Schema schema, ClassLoader loader) {
        try {
            byName.putIfAbsent(schema.getFullName(), Class.forName(getClassName(schema), false, loader));
        } catch (ClassNotFoundException generic) {
            // Read as a generic record, as Avro does.
        }
    }

    @Override
    public @Nullable Class<?> getClass(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM, FIXED -> byName.get(schema.getFullName());
            default -> super.getClass(schema);
        };
    }
}
