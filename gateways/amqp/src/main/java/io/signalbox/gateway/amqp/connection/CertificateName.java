package io.signalbox.gateway.amqp.connection;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.Principal;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Whom a client's TLS certificate names, once the handshake has verified it: its common name. */
final class CertificateName {
    private CertificateName() {}

    /** @return null if there is none */
    static @Nullable String of(Channel channel) {
        if (!(channel.pipeline().get("tls") instanceof SslHandler tls)) {
            return null;
        }
        try {
            Principal subject = tls.engine().getSession().getPeerPrincipal();
            for (Rdn part : new LdapName(subject.getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
                    return name;
                }
            }
            return null;
        } catch (SSLPeerUnverifiedException | InvalidNameException e) {
            return null;
        }
    }
}
