package io.signalbox.server;

import io.signalbox.gateway.listener.Certificates;
import io.signalbox.gateway.listener.Gate;
import io.signalbox.security.Security;
import io.signalbox.security.file.SecurityFileException;
import io.signalbox.server.http.Reloaded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads again, when the operator says so, what says who may come in and what ports show of themselves: all of it, or
 * nothing changes. Open connections go on with the certificate that they began with. Thread safe.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final Security security;

    /** Ports may listen long before the others do. */
    private final List<Gate> gates = new ArrayList<>();

    Reload(Security security) {
        this.security = security;
    }

    /** Opens a port. */
    interface Opening<T> {
        T open() throws IOException;
    }

    /**
     * Opens what listens, whose certificates are then reloaded too. No reload comes in between: it would read what the
     * port has read already, and not know of the port.
     *
     * @param gate of what was opened
     */
    synchronized <T> T opening(Opening<T> opening, Function<T, Gate> gate) throws IOException {
        T opened = opening.open();
        gates.add(gate.apply(opened));
        return opened;
    }

    /**
     * @throws IOException or SecurityFileException naming the file; what was read before stays in force
     * @throws RuntimeException a fault of the server's; the log says what is in force
     */
    synchronized Reloaded run() throws IOException, SecurityFileException {
        AtomicBoolean inForce = new AtomicBoolean();
        try {
            List<Runnable> renewals = renewals();
            Security.Reloaded files = security.reload(() -> {
                renewals.forEach(Runnable::run);
                inForce.set(true);
            });
            LOG.info("TLS certificates reloaded: {}", renewals.size());
            return new Reloaded(files.users(), files.rules(), renewals.size());
        } catch (IOException e) {
            LOG.error("reload refused, the files read before stay in force: {}", e.getMessage());
            throw e;
        } catch (RuntimeException e) {
            LOG.error(
                    inForce.get()
                            ? "all was reloaded, but connections that had to end may be open"
                            : "reload failed, the files read before stay in force",
                    e);
            throw e;
        }
    }

    /** What puts the certificates in force that the files have now. */
    private List<Runnable> renewals() throws IOException {
        List<Runnable> renewals = new ArrayList<>();
        for (Gate gate : gates) {
            for (Certificates shown : gate.certificates()) {
                renewals.add(shown.renew());
            }
        }
        return renewals;
    }
}
