package io.signalbox.codecs.sign;

import io.signalbox.codecs.routed.RoutedParts;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/**
 * Checks signatures of {@link KeySigner} whose certificate comes along: it must chain to an authority that is trusted
 * here (PKIX, RFC 5280, at the present time), may sign (key usage digitalSignature, if it names any), and names the
 * sender: its subject alternative name (URI or DNS) or common name is the message's {@code from}. Revocation lists are
 * not asked.
 */
public final class CertificateVerifier implements Verifier {
    static final int CHAIN_MAX = 5;
    private static final int HEADER_LENGTH_MAX = 32 << 10;
    private static final Set<Integer> NAMES = Set.of(2, 6);
    private static final int DIGITAL_SIGNATURE = 0;

    private final Set<TrustAnchor> authorities;
    private final @Nullable Duration ageMax;
    private final TimeSource time;

    private CertificateVerifier(Set<TrustAnchor> authorities, @Nullable Duration ageMax, TimeSource time) {
        this.authorities = authorities;
        this.ageMax = ageMax;
        this.time = time;
    }

    /** @param authorities certificates that are trusted as they are */
    public static CertificateVerifier of(X509Certificate... authorities) {
        return of(TimeSource.monotonic(), authorities);
    }

    static CertificateVerifier of(TimeSource time, X509Certificate... authorities) {
        return new CertificateVerifier(
                Arrays.stream(authorities)
                        .map(each -> new TrustAnchor(each, null))
                        .collect(Collectors.toUnmodifiableSet()),
                null,
                time);
    }

    /** What was signed longer ago is refused. */
    public CertificateVerifier withAgeMax(Duration age) {
        return new CertificateVerifier(authorities, age, time);
    }

    @Override
    public String header() {
        return RoutedParts.CERTIFICATES;
    }

    @Override
    public Message verify(Message message) {
        String header = message.properties().headers().get(RoutedParts.CERTIFICATES);
        if (header == null) {
            throw ReadSignature.failed("it has no header " + RoutedParts.CERTIFICATES);
        }
        List<X509Certificate> chain = chain(header);
        X509Certificate own = chain.getFirst();
        requireTrusted(chain);
        ReadSignature signature = new ReadSignature(message);
        if (!signature.kid().equals(thumbprint(own))) {
            throw ReadSignature.failed("key '" + signature.kid() + "' is not that of the certificate sent along");
        }
        Message verified;
        try {
            verified = signature.verified(own.getPublicKey(), ageMax, time.millis());
        } catch (IllegalArgumentException e) {
            throw ReadSignature.failed("its certificate holds " + e.getMessage());
        }
        requireNamed(own, verified.properties().from());
        return ReadSignature.without(verified, RoutedParts.CERTIFICATES);
    }

    private static List<X509Certificate> chain(String header) {
        if (header.length() > HEADER_LENGTH_MAX) {
            throw ReadSignature.failed(
                    "its certificates have " + header.length() + " characters; the limit is " + HEADER_LENGTH_MAX);
        }
        String[] parts = header.split(",", -1);
        if (parts.length > CHAIN_MAX) {
            throw ReadSignature.failed(parts.length + " certificates; the limit is " + CHAIN_MAX);
        }
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (String part : parts) {
                byte[] der = Base64.getDecoder().decode(part);
                chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw ReadSignature.failed("certificate " + (chain.size() + 1) + " cannot be read: " + e.getMessage());
        }
        return chain;
    }

    private void requireTrusted(List<X509Certificate> chain) {
        try {
            PKIXParameters parameters = new PKIXParameters(authorities);
            parameters.setRevocationEnabled(false);
            parameters.setDate(new Date(time.millis()));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
        } catch (GeneralSecurityException e) {
            throw ReadSignature.failed("its certificate is not trusted here: " + e.getMessage());
        }
        boolean[] usage = chain.getFirst().getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            throw ReadSignature.failed("its certificate is not for signing");
        }
    }

    private static void requireNamed(X509Certificate certificate, @Nullable String from) {
        List<String> names = names(certificate);
        if (from == null || !names.contains(from)) {
            throw ReadSignature.failed(
                    "its certificate is that of " + names + ", but the message is from '" + from + "'");
        }
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                alternatives.stream()
                        .filter(each -> NAMES.contains(each.getFirst()))
                        .forEach(each -> names.add(String.valueOf(each.get(1))));
            }
        } catch (CertificateException e) {
            throw ReadSignature.failed("the names of its certificate cannot be read: " + e.getMessage());
        }
        return names.isEmpty() ? commonName(certificate) : names;
    }

    /** Only where there is no alternative name, as for servers (RFC 6125, 6.4.4). */
    private static List<String> commonName(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(rdn -> String.valueOf(rdn.getValue()))
                            .toList();
        } catch (InvalidNameException e) {
            throw ReadSignature.failed("the subject of its certificate cannot be read");
        }
    }

    /** SHA-256 of the certificate, in hex: its key id. */
    static String thumbprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificate has no thumbprint", e);
        }
    }
}
