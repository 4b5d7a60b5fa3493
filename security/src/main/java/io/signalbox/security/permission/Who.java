package io.signalbox.security.permission;

import io.signalbox.access.Principal;
import io.signalbox.message.NamePattern;

/** Whom a rule is about. */
sealed interface Who {
    boolean includes(Principal principal);

    record Everybody() implements Who {
        @Override
        public boolean includes(Principal principal) {
            return true;
        }
    }

    record Anonymous() implements Who {
        @Override
        public boolean includes(Principal principal) {
            return principal.anonymous();
        }
    }

    /** Users by name; never the anonymous, whatever the pattern. */
    record User(NamePattern pattern) implements Who {
        @Override
        public boolean includes(Principal principal) {
            return !principal.anonymous() && pattern.matches(principal.name());
        }
    }

    /** Clients by their id, which they choose themselves: proof of nothing. */
    record Client(NamePattern pattern) implements Who {
        @Override
        public boolean includes(Principal principal) {
            return !principal.clientId().isEmpty() && pattern.matches(principal.clientId());
        }
    }
}
