package io.signalbox.transports.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a script is given, in order. Not thread safe. */
final class Arguments {
    private final List<byte[]> list = new ArrayList<>();

    Arguments add(String text) {
        list.add(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Arguments add(long number) {
        return add(Long.toString(number));
    }

    Arguments add(boolean flag) {
        return add(flag ? "1" : "0");
    }

    Arguments add(byte[] bytes) {
        list.add(bytes);
        return this;
    }

    /** Their number, then each. */
    Arguments addCounted(Collection<String> texts) {
        add(texts.size());
        texts.forEach(this::add);
        return this;
    }

    /** Their number, then each. */
    Arguments addAllCounted(List<byte[]> values) {
        add(values.size());
        list.addAll(values);
        return this;
    }

    Arguments addAll(Arguments others) {
        list.addAll(others.list);
        return this;
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    /** All, and a number behind them. */
    byte[][] arrayWith(long last) {
        byte[][] all = list.toArray(new byte[list.size() + 1][]);
        all[list.size()] = Long.toString(last).getBytes(StandardCharsets.US_ASCII);
        return all;
    }

    byte[][] array() {
        return list.toArray(byte[][]::new);
    }
}
