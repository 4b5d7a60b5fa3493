package io.signalbox.benchmarks.compare;

import java.util.List;
import jdk.jfr.consumer.RecordedFrame;

/** Where on a message's way a sample of the profiler was taken. */
enum Station {
    DECODE("decode", "io.signalbox.gateway.mqtt.frame.FrameDecoder", "io.signalbox.gateway.mqtt.publish."),
    AUTHORISE("authorise", "io.signalbox.security.", "io.signalbox.access."),
    ROUTE("route", "io.signalbox.broker.routing."),
    LOG("log", "io.signalbox.log.", "io.signalbox.broker.journal.", "io.signalbox.broker.record."),
    ENQUEUE("enqueue", "io.signalbox.broker."),
    ENCODE("encode", "io.signalbox.gateway.mqtt.deliver.", "io.signalbox.gateway.mqtt.frame."),
    NETWORK("network and event loop", "io.netty.channel.", "io.netty.util.concurrent.", "sun.nio.ch."),
    OTHER("other");

    final String title;
    private final List<String> prefixes;

    Station(String title, String... prefixes) {
        this.title = title;
        this.prefixes = List.of(prefixes);
    }

    /** The station of the innermost frame that belongs to one: buffers, queues and maps belong to their caller. */
    static Station of(List<RecordedFrame> innermostFirst) {
        return ofTypes(innermostFirst.stream()
                .map(frame -> frame.getMethod().getType().getName())
                .toList());
    }

    static Station ofTypes(List<String> innermostFirst) {
        for (String type : innermostFirst) {
            for (Station station : values()) {
                if (station.prefixes.stream().anyMatch(type::startsWith)) {
                    return station;
                }
            }
        }
        return OTHER;
    }
}
