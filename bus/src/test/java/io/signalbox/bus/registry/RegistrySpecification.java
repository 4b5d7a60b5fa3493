package io.signalbox.bus.registry;

import org.jspecify.annotations.Nullable;

/**
 * What {@link MapRegistryLinearizabilityTest} may see of a registry, in so few words that it can be seen to be right; for
 * one thread. Type 0 is a class, type 1 its super type.
 */
public final class RegistrySpecification {
    private final int[] events = {1, 0};
    private final @Nullable String[] commands = {null, "first"};
    private boolean firstEventIsThere = true;

    public boolean addCommand(int type) {
        boolean free = commands[type] == null;
        if (free) {
            commands[type] = "command";
        }
        return free;
    }

    public void addEvent(int type) {
        events[type]++;
    }

    /** What was there from the beginning, not what came after it. */
    public void remove(int type) {
        if (type == 0 && firstEventIsThere) {
            firstEventIsThere = false;
            events[0]--;
        } else if (type == 1 && "first".equals(commands[1])) {
            commands[1] = null;
        }
    }

    public @Nullable String command(int type) {
        return commands[type];
    }

    public int events() {
        return events[0] + events[1];
    }

    public int eventsAsRoutesLookThemUp() {
        return events();
    }

    public int size() {
        return events() + (commands[0] == null ? 0 : 1) + (commands[1] == null ? 0 : 1);
    }
}
