package io.signalbox.security.permission;

/** A name in which {@code *} stands for any characters. Everything else, in the name and here, is itself. */
record NamePattern(String text) {

    /** Greedy with one step back, so the cost is at most the product of both lengths. */
    boolean matches(String name) {
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
