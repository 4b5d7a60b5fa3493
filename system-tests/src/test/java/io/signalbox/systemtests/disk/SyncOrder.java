package io.signalbox.systemtests.disk;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether each PUBACK and PUBREC left only after its message was on the disk: its bytes written to a
 * file, then an fdatasync (or fsync) of that file begun after that write returned and itself returned
 * well before the write of the acknowledgement began; and whether each PUBCOMP left after a flush of
 * its own.
 *
 * <p>Messages are known by the marker {@code <SBX00017>} in their payload, where 17 is also their
 * packet identifier. Files are known by their descriptor, because a file may get its name only after
 * the first write to it.
 *
 * @param acknowledgements PUBACKs, PUBRECs and PUBCOMPs seen
 * @param violations in words; empty when all is well
 */
record SyncOrder(int acknowledgements, List<String> violations) {
    private static final Set<String> SYNCS = Set.of("fdatasync", "fsync");
    private static final int PUBACK = 0x40;
    private static final int PUBREC = 0x50;
    private static final int PUBCOMP = 0x70;
    private static final Pattern MARKER = Pattern.compile("<SBX(\\d{5})>");

    private record Written(int descriptor, int returned) {}

    SyncOrder {
        violations = List.copyOf(violations);
    }

    static String marker(int packetId) {
        return "<SBX%05d>".formatted(packetId);
    }

    static SyncOrder of(SyscallTrace trace) {
        Map<Integer, Written> written = new HashMap<>();
        Map<Integer, List<SyscallTrace.Call>> syncs = new HashMap<>();
        for (SyscallTrace.Call call : trace.calls()) {
            if (SYNCS.contains(call.name()) && call.result() == 0) {
                syncs.computeIfAbsent(call.descriptor(), number -> new ArrayList<>())
                        .add(call);
            } else if (!call.isSocket() && call.result() > 0) {
                Matcher marker = MARKER.matcher(new String(call.data(), StandardCharsets.ISO_8859_1));
                while (marker.find()) {
                    // A second write, such as an index or a copy for another reader, proves nothing more.
                    written.putIfAbsent(
                            Integer.valueOf(marker.group(1)), new Written(call.descriptor(), call.returned()));
                }
            }
        }
        List<String> violations = new ArrayList<>();
        Map<Integer, Integer> received = new HashMap<>();
        int acknowledgements = 0;
        for (SyscallTrace.Call call : trace.calls()) {
            if (!call.isSocket() || !isAcknowledgement(call.data())) {
                continue;
            }
            for (int at = 0; at + 3 < call.data().length; at += 4) {
                acknowledgements++;
                int id = (call.data()[at + 2] & 0xff) << 8 | call.data()[at + 3] & 0xff;
                switch (call.data()[at] & 0xff) {
                    case PUBCOMP -> judgeEnd(id, call, received.get(id), syncs, violations);
                    case PUBREC -> {
                        received.put(id, call.began());
                        judge("PUBREC", id, call, written.get(id), syncs, violations);
                    }
                    default -> judge("PUBACK", id, call, written.get(id), syncs, violations);
                }
            }
        }
        return new SyncOrder(acknowledgements, violations);
    }

    /** Acknowledgements alone go to a publisher after its CONNACK; those of MQTT 3.1.1 have four bytes. */
    private static boolean isAcknowledgement(byte[] data) {
        if (data.length < 4 || data[1] != 2) {
            return false;
        }
        int first = data[0] & 0xff;
        return first == PUBACK || first == PUBREC || first == PUBCOMP;
    }

    /**
     * That the identifier is free again must be on the disk before PUBCOMP, or the next message under it
     * could be taken for a repetition. PUBREL came after PUBREC left, so some flush lies between the two.
     */
    private static void judgeEnd(
            int id,
            SyscallTrace.Call ack,
            @Nullable Integer receivedAt,
            Map<Integer, List<SyscallTrace.Call>> syncs,
            List<String> violations) {
        boolean synced = receivedAt != null
                && syncs.values().stream()
                        .flatMap(List::stream)
                        .anyMatch(sync -> sync.began() > receivedAt && sync.returned() < ack.began());
        if (!synced) {
            violations.add("PUBCOMP " + id + " left without an fdatasync after its PUBREC");
        }
    }

    private static void judge(
            String name,
            int id,
            SyscallTrace.Call ack,
            @Nullable Written written,
            Map<Integer, List<SyscallTrace.Call>> syncs,
            List<String> violations) {
        if (written == null || written.returned > ack.began()) {
            violations.add(name + " " + id + " left before its message was written to a file");
            return;
        }
        boolean synced = syncs.getOrDefault(written.descriptor, List.of()).stream()
                .anyMatch(sync -> sync.began() > written.returned && sync.returned() < ack.began());
        if (!synced) {
            violations.add(name + " " + id + " left without an fdatasync of descriptor " + written.descriptor
                    + " after its message");
        }
    }
}
