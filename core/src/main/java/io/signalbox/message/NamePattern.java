package io.signalbox.message;

/**
 * A name in which {@code *} stands for any number of characters, none too: {@code billing-*}. Everything else is itself.
 */
public record NamePattern(String text) {

    /**
     * Greedy with one step back, since a later {@code *} makes every earlier choice safe: the cost is at most the product
     * of both lengths.
     */
    public boolean matches(String name) {
        int p = 0;
        int n = 0;
        int resumePattern = -1;
        int resumeName = 0;
        while (n < name.length()) {
            if (p < text.length() && text.charAt(p) == '*') {
                resumePattern = ++p;
                resumeName = n;
            } else if (p < text.length() && text.charAt(p) == name.charAt(n)) {
                p++;
                n++;
            } else if (resumePattern >= 0) {
                p = resumePattern;
                n = ++resumeName;
            } else {
                return false;
            }
        }
        while (p < text.length() && text.charAt(p) == '*') {
            p++;
        }
        return p == text.length();
    }
}
