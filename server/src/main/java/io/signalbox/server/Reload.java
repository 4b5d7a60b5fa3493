package io.signalbox.server;

import io.signalbox.gateway.listener.Certificates;
import io.signalbox.security.Security;
import io.signalbox.security.file.SecurityFileException;
import io.signalbox.server.http.Reloaded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads again, when the operator says so, what says who may come in and what ports show of themselves: all of it, or
 * nothing changes. Open connections go on with the certificate that they began with. Thread safe.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final Security security;
    private final Supplier<List<Certificates>> certificates;

    /** @param certificates of every port that speaks TLS */
    Reload(Security security, Supplier<List<Certificates>> certificates) {
        this.security = security;
        this.certificates = certificates;
    }

    /** @throws IOException or SecurityFileException naming the file; what was read before stays in force */
    synchronized Reloaded run() throws IOException, SecurityFileException {
        List<Runnable> renewals = new ArrayList<>();
        try {
            for (Certificates shown : certificates.get()) {
                renewals.add(shown.renew());
            }
        } catch (IOException e) {
            LOG.error("reload refused, the files read before stay in force: {}", e.getMessage());
            throw e;
        }
        Security.Reloaded files = security.reload();
        renewals.forEach(Runnable::run);
        LOG.info("TLS certificates reloaded: {}", renewals.size());
        return new Reloaded(files.users(), files.rules(), renewals.size());
    }
}
