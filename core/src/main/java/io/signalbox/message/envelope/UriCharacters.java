package io.signalbox.message.envelope;

import java.net.URI;
import java.net.URISyntaxException;

/** What a URI reference is made of (RFC 3986, 2). */
final class UriCharacters {
    private UriCharacters() {}

    /** Never mean anything, so a text of them and of escapes is a reference whatever it says. */
    static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    static boolean isReference(String text) {
        try {
            return text.chars().allMatch(c -> c > ' ' && c < 0x7f)
                    && new URI(text).toString().equals(text);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
