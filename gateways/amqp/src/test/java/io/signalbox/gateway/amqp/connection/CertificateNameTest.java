package io.signalbox.gateway.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateNameTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=ann                              | ann",
                "CN=ann,OU=Sales,O=Example           | ann",
                "CN=ann,CN=Users,DC=example,DC=com   | ann",
                "OU=Sales,CN=ann,CN=Users            | ann",
                "UID=17+CN=ann,O=Example             | ann",
                "cn=Ann\\, the first,O=Example       | Ann, the first",
                "O=Example                           | ",
                "not a name                          | "
            })
    void theInnermostCommonNameIsTheUsers(String subject, String user) {
        assertThat(CertificateName.commonName(subject)).isEqualTo(user);
    }
}
