package io.signalbox.condition;

import com.google.protobuf.ByteString;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decoded payloads in the classes that the language computes with. Each look into lists and maps is paid for, so that
 * what searches or compares them as a whole is bounded too.
 */
final class Values {
    private final Budget budget;

    Values(Budget budget) {
        this.budget = budget;
    }

    /** Converts it, once and for all. */
    Object of(@Nullable Object value) {
        Object converted = switch (value) {
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
        return paid(converted);
    }

    /** The value itself, which is looked at once more. */
    Object paid(Object value) {
        budget.spend(
                switch (value) {
                    case String text -> text.length();
                    case ByteString bytes -> bytes.size();
                    default -> 0;
                });
        return value;
    }

    private Map<Object, Object> map(Map<?, ?> map) {
        Map<Object, Object> converted = LinkedHashMap.newLinkedHashMap(map.size());
        map.forEach((name, value) -> converted.put(of(name), of(value)));
        return new PaidMap(converted);
    }

    private List<Object> list(List<?> list) {
        Object[] converted = new Object[list.size()];
        int at = 0;
        for (Object value : list) {
            converted[at++] = of(value);
        }
        return new PaidList(converted);
    }

    private final class PaidList extends AbstractList<Object> {
        private final Object[] values;

        PaidList(Object[] values) {
            this.values = values;
        }

        @Override
        public Object get(int index) {
            return paid(values[index]);
        }

        @Override
        public int size() {
            return values.length;
        }
    }

    private final class PaidMap extends AbstractMap<Object, Object> {
        private final Map<Object, Object> values;

        PaidMap(Map<Object, Object> values) {
            this.values = values;
        }

        @Override
        public @Nullable Object get(@Nullable Object name) {
            Object value = values.get(name);
            return value == null ? null : paid(value);
        }

        @Override
        public boolean containsKey(@Nullable Object name) {
            budget.spend(0);
            return values.containsKey(name);
        }

        @Override
        public Set<Entry<Object, Object>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Entry<Object, Object>> iterator() {
                    return new PaidEntries(values.entrySet().iterator());
                }

                @Override
                public int size() {
                    return values.size();
                }
            };
        }
    }

    private final class PaidEntries implements Iterator<Map.Entry<Object, Object>> {
        private final Iterator<Map.Entry<Object, Object>> entries;

        PaidEntries(Iterator<Map.Entry<Object, Object>> entries) {
            this.entries = entries;
        }

        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public Map.Entry<Object, Object> next() {
            Map.Entry<Object, Object> entry = entries.next();
            return Map.entry(paid(entry.getKey()), paid(entry.getValue()));
        }
    }
}
