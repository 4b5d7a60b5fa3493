package io.signalbox.setting;

import org.jspecify.annotations.Nullable;

/**
 * One thing that can be set in a section.
 *
 * @param name levels separated by dots; {@code []} after a level that is a list
 * @param defaultText as an operator would write it; null: it must be given
 * @param meaning one or two sentences for the documentation
 * @param secret its value is never shown, in no problem either
 */
public record Setting<T>(
        String name, Kind<T> kind, @Nullable String defaultText, String meaning, boolean secret) {

    public static <T> Setting<T> of(String name, Kind<T> kind, String defaultText, String meaning) {
        return new Setting<>(name, kind, defaultText, meaning, false);
    }

    public static <T> Setting<T> required(String name, Kind<T> kind, String meaning) {
        return new Setting<>(name, kind, null, meaning, false);
    }

    public Setting<T> asSecret() {
        return new Setting<>(name, kind, defaultText, meaning, true);
    }

    public boolean isRequired() {
        return defaultText == null;
    }

    /** The list that it is an element's of, such as {@code archives}; null for none. */
    @Nullable
    String list() {
        int brackets = name.indexOf("[]");
        return brackets < 0 ? null : name.substring(0, brackets);
    }
}
