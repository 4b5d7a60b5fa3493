package io.signalbox.codecs.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.codec.CodecException;
import io.signalbox.codec.Layers;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CertificateTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final KeyPair AUTHORITY_KEY = Keys.RSA;
    private static final KeyPair BRANCH_KEY = Keys.pair("RSA", 2_048);
    private static final KeyPair SHOP_KEY = Keys.ED25519;
    private static final X509Certificate AUTHORITY =
            certificate("CN=authority", AUTHORITY_KEY, "CN=authority", AUTHORITY_KEY, true, null);
    private static final X509Certificate BRANCH =
            certificate("CN=branch", BRANCH_KEY, "CN=authority", AUTHORITY_KEY, true, null);
    private static final X509Certificate SHOP = certificate("CN=shop", SHOP_KEY, "CN=branch", BRANCH_KEY, false, null);

    private final ManualTimeSource time = new ManualTimeSource(NOW);
    private final Signatures signatures = Signatures.by(
            KeySigner.withCertificates(SHOP_KEY.getPrivate(), List.of(SHOP, BRANCH), time),
            CertificateVerifier.of(time, AUTHORITY));

    private static X509Certificate certificate(
            String subject,
            KeyPair key,
            String issuer,
            KeyPair issuerKey,
            boolean authority,
            @Nullable String alternativeName) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name(issuer),
                    BigInteger.valueOf(subject.hashCode()).abs().add(BigInteger.ONE),
                    new Date(NOW - 1_000),
                    new Date(NOW + 86_400_000),
                    new X500Name(subject),
                    key.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
            if (alternativeName != null) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, alternativeName)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(issuerKey.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Message from(String from) {
        return Message.to(Topic.ofMqtt("t"))
                .payload("p")
                .properties(MessageProperties.builder().id("1").from(from).build())
                .build();
    }

    private static void assertRefused(Signatures receiver, Message message, String text) {
        assertThatThrownBy(() -> Layers.of(receiver).unwrap(message))
                .isInstanceOfSatisfying(
                        CodecException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.AUTH_FAILED))
                .hasMessageContaining(text);
    }

    @Test
    void aChainToATrustedAuthorityIsTrustedForItsNameAlone() {
        Message signed = Layers.of(signatures).wrap(from("shop"));
        Message back = Layers.of(signatures).unwrap(signed);
        assertThat(back.properties()).isEqualTo(from("shop").properties());
        assertRefused(signatures, Layers.of(signatures).wrap(from("billing")), "is that of [shop]");
    }

    @Test
    void theAlternativeNameCountsBeforeTheCommonName() {
        X509Certificate named =
                certificate("CN=shop", SHOP_KEY, "CN=authority", AUTHORITY_KEY, false, "spiffe://example/shop");
        Signatures both = Signatures.by(
                KeySigner.withCertificates(SHOP_KEY.getPrivate(), List.of(named), time),
                CertificateVerifier.of(time, AUTHORITY));
        assertThat(Layers.of(both).unwrap(Layers.of(both).wrap(from("spiffe://example/shop"))))
                .isNotNull();
        assertRefused(both, Layers.of(both).wrap(from("shop")), "spiffe://example/shop");
    }

    @Test
    void anotherAuthorityIsNotTrusted() {
        X509Certificate stranger = certificate("CN=authority", BRANCH_KEY, "CN=authority", BRANCH_KEY, true, null);
        Signatures receiver = Signatures.checkedBy(CertificateVerifier.of(time, stranger));
        assertRefused(receiver, Layers.of(signatures).wrap(from("shop")), "not trusted");
    }

    @Test
    void aChainWithAMissingLinkIsNotTrusted() {
        Signatures shorter = Signatures.by(KeySigner.withCertificates(SHOP_KEY.getPrivate(), List.of(SHOP), time));
        assertRefused(signatures, Layers.of(shorter).wrap(from("shop")), "not trusted");
    }

    @Test
    void aCertificateOfNoAuthorityCannotIssueOthers() {
        KeyPair thief = Keys.pair("Ed25519", 0);
        X509Certificate rsaShop = certificate("CN=shop", BRANCH_KEY, "CN=authority", AUTHORITY_KEY, false, null);
        X509Certificate forged = certificate("CN=billing", thief, "CN=shop", BRANCH_KEY, false, null);
        Signatures forger =
                Signatures.by(KeySigner.withCertificates(thief.getPrivate(), List.of(forged, rsaShop), time));
        assertRefused(signatures, Layers.of(forger).wrap(from("billing")), "not trusted");
    }

    @Test
    void aCertificateThatIsOverIsNotTrusted() {
        Message signed = Layers.of(signatures).wrap(from("shop"));
        time.advance(Duration.ofDays(2));
        assertRefused(signatures, signed, "not trusted");
    }

    @Test
    void aCertificateForIssuingAloneCannotSign() {
        Signatures issuer = Signatures.by(KeySigner.withCertificates(BRANCH_KEY.getPrivate(), List.of(BRANCH), time));
        assertRefused(signatures, Layers.of(issuer).wrap(from("branch")), "not for signing");
    }

    @Test
    void certificatesThatAreNoneAreRefused() {
        Message signed = Layers.of(signatures).wrap(from("shop"));
        for (String bad : List.of("", "*", "AAAA", ",", "AAAA,".repeat(10), "A".repeat(40_000))) {
            Message spoilt = signed.toBuilder()
                    .properties(signed.properties().toBuilder()
                            .headers(signed.properties().headers().without("sb-x5c"))
                            .header("sb-x5c", bad)
                            .build())
                    .build();
            assertRefused(signatures, spoilt, "certificate");
        }
    }
}
