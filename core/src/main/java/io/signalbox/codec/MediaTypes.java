package io.signalbox.codec;

import java.util.Locale;

/** As much of media types (RFC 9110, 8.3.1) as choosing a codec needs. */
public final class MediaTypes {
    private MediaTypes() {}

    /** Without parameters, lower case: {@code Text/Plain; charset=utf-8} is {@code text/plain}. */
    public static String base(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** {@code application/json} and everything that ends in {@code +json} (RFC 6839). */
    public static boolean isJson(String contentType) {
        String base = base(contentType);
        return base.equals("application/json") || base.endsWith("+json");
    }

    public static boolean isText(String contentType) {
        return base(contentType).startsWith("text/");
    }
}
