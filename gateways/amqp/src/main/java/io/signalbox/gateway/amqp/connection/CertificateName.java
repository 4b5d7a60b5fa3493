package io.signalbox.gateway.amqp.connection;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
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
            return commonName(tls.engine().getSession().getPeerPrincipal().getName());
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /**
     * The innermost one: others may stand around it ({@code CN=ann,CN=Users,DC=example}), and name no user.
     *
     * @param distinguishedName RFC 2253
     * @return null if there is none
     */
    static @Nullable String commonName(String distinguishedName) {
        String found = null;
        try {
            for (Rdn part : new LdapName(distinguishedName).getRdns()) { // the outermost first
                Attribute name = part.toAttributes().get("CN");
                if (name != null && name.get() instanceof String text) {
                    found = text;
                }
            }
            return found;
        } catch (NamingException e) {
            return null;
        }
    }
}
