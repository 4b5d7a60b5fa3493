package io.signalbox.bus.parts;

/** Where the answers to a query go. Thread safe; what comes after enough have answered is dropped. */
public interface Answering {
    /** So many more were asked. */
    void asked(int more);

    void answered(Object answer);

    void failed(Throwable error);

    /** No other process will answer. */
    void noMore();
}
