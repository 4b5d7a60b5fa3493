package io.signalbox.setting;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong, so that it can be told at once. Not thread safe. */
public final class Problems {
    private static final int SHOWN_MAX = 80;

    private final List<String> texts = new ArrayList<>();

    /** @param where for people, such as "signalbox.yaml line 3" */
    public void add(String where, String text) {
        texts.add(where + ": " + text);
    }

    public List<String> texts() {
        return List.copyOf(texts);
    }

    public boolean isEmpty() {
        return texts.isEmpty();
    }

    /** A value that somebody wrote, short enough to be repeated. */
    public static String shorten(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX - 3) + "...";
    }
}
