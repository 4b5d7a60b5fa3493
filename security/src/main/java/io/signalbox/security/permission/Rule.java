package io.signalbox.security.permission;

import io.signalbox.access.Action;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** @param filter null for ADMIN alone, which is not about topics */
record Rule(
        boolean allow,
        Who who,
        Set<Action> actions,
        @Nullable FilterTemplate filter) {}
