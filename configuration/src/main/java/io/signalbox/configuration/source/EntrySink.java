package io.signalbox.configuration.source;

/** Is told what a source says, value by value. */
public interface EntrySink {
    /**
     * @param name levels separated by dots, elements of lists as {@code topics[0].filter}
     * @param where for people, such as "signalbox.yaml line 3"
     */
    void put(String name, String text, String where);

    void problem(String where, String text);
}
