package io.signalbox.configuration.hierarchy;

import io.signalbox.transport.provider.TransportPlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One configured transport.
 *
 * @param type as its provider calls it
 * @param spool null: none
 * @param where for people, such as "signalbox.yaml line 3"
 */
public record TransportEntry(
        String name,
        String type,
        TransportPlan plan,
        AbsencePolicy whenAbsent,
        @Nullable SpoolEntry spool,
        String where) {

    /** Names of the transports that must be there before it. */
    List<String> needs() {
        List<String> needs = new ArrayList<>(plan.parts());
        if (spool != null && spool.refusedTo() != null) {
            needs.add(spool.refusedTo());
        }
        return needs;
    }

    /** Its type and where it is, for texts that anybody may read. */
    public String description() {
        String endpoint = plan.endpoint();
        return endpoint.isEmpty()
                ? plan.parts().isEmpty() ? type : type + " of " + String.join(", ", plan.parts())
                : type + " at " + endpoint;
    }
}
