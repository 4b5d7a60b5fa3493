package io.signalbox.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.topic.Topic;
import org.junit.jupiter.api.Test;

class AuthorizerTest {
    @Test
    void alsoOnAnOpenServerNobodySpeaksForTheServer() {
        Principal anybody = Principal.anonymous("c");
        assertThat(Authorizer.ALLOW_ALL.mayPublish(anybody, Topic.ofMqtt("$SYS/broker/uptime")))
                .isFalse();
        assertThat(Authorizer.ALLOW_ALL.mayPublish(anybody, Topic.ofMqtt("a/$b")))
                .isTrue();
    }
}
