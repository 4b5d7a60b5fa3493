package io.signalbox.condition;

import com.google.protobuf.ByteString;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decoded payloads in the classes that the language computes with. */
final class Values {
    private Values() {}

    static Object of(@Nullable Object value) {
        return switch (value) {
            case null -> NullValue.NULL_VALUE;
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case Float number -> number.doubleValue();
            case BigInteger number -> number.doubleValue();
            case BigDecimal number -> number.doubleValue();
            case byte[] bytes -> ByteString.copyFrom(bytes);
            case Map<?, ?> map -> map(map);
            case List<?> list -> list(list);
            default -> value;
        };
    }

    private static Map<Object, Object> map(Map<?, ?> map) {
        Map<Object, Object> converted = new LinkedHashMap<>();
        map.forEach((name, value) -> converted.put(of(name), of(value)));
        return converted;
    }

    private static List<Object> list(List<?> list) {
        List<Object> converted = new ArrayList<>(list.size());
        list.forEach(value -> converted.add(of(value)));
        return converted;
    }
}
