package io.signalbox.codecs.routed;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The value of a protecting layer's header: {@code v2;kid=2026-11;alg=A256GCM;nonce=...}. */
public final class Parameters {
    private static final String VERSION = "v2";
    private static final int LENGTH_MAX = 16 << 10;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,8}");
    private static final Pattern KID = Pattern.compile("[A-Za-z0-9._:/-]{1,256}");

    private final Map<String, String> values = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if it is not of this version and form */
    public static Parameters parse(String header) {
        if (header.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("it has " + header.length() + " characters; the limit is " + LENGTH_MAX);
        }
        String[] parts = header.split(";", -1);
        if (!parts[0].equals(VERSION)) {
            throw new IllegalArgumentException("it does not begin with '" + VERSION + ";'");
        }
        Parameters parsed = new Parameters();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String name = parts[i].substring(0, Math.max(0, equals));
            if (!NAME.matcher(name).matches() || parsed.values.put(name, parts[i].substring(equals + 1)) != null) {
                throw new IllegalArgumentException("part " + i + " is no name=value, or comes twice");
            }
        }
        return parsed;
    }

    /** @throws IllegalArgumentException for a value that the form cannot hold */
    public Parameters with(String name, String value) {
        if (value.indexOf(';') >= 0) {
            throw new IllegalArgumentException("'" + value + "' has a ';' in it");
        }
        values.put(name, value);
        return this;
    }

    public Parameters with(String name, byte[] value) {
        return with(name, Base64.getUrlEncoder().withoutPadding().encodeToString(value));
    }

    /** @throws IllegalArgumentException if there is none */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("it lacks '" + name + "'");
        }
        return value;
    }

    /** @throws IllegalArgumentException if there is none, or it is no base64url */
    public byte[] bytes(String name) {
        return Base64.getUrlDecoder().decode(text(name));
    }

    /** @throws IllegalArgumentException for anything but 1 to 256 letters, digits and {@code . _ : / -} */
    public static String requireKeyId(String kid) {
        if (!KID.matcher(kid).matches()) {
            throw new IllegalArgumentException("'" + kid + "' is no key id; take 1 to 256 of A-Z a-z 0-9 . _ : / -");
        }
        return kid;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(VERSION);
        values.forEach(
                (name, value) -> text.append(';').append(name).append('=').append(value));
        return text.toString();
    }
}
