package io.signalbox.testkit.memory;

import io.signalbox.message.Message;
import io.signalbox.transport.StoredMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What outlives a {@link MemoryTransport}; its monitor is the one lock of everything. */
final class MemoryDisk {
    final List<StoredMessage> log = new ArrayList<>();
    final Map<String, Message> retained = new LinkedHashMap<>();
    final Map<String, Seat> seats = new LinkedHashMap<>();
    final Map<String, Seen> seen = new HashMap<>();
    final Map<String, Integer> turns = new HashMap<>();
    final List<Message> deadLetters = new ArrayList<>();

    record Seen(long sequence, long timeMillis) {}
}
