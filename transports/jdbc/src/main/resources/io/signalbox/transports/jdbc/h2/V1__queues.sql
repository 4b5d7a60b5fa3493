-- Messages, and who is owed them. A message is kept once, however many queues it is in.

-- Each publish takes a block of a thousand numbers, so that a batch has neighbours.
CREATE SEQUENCE sb_sequence INCREMENT BY 1000 START WITH 1000;

-- Publishes share it, a change of subscriptions has it alone: between the past and the live stream nothing is missing.
CREATE TABLE sb_gate (id INT PRIMARY KEY);
INSERT INTO sb_gate VALUES (1);

CREATE TABLE sb_message (
    seq          BIGINT   PRIMARY KEY,
    time_millis  BIGINT   NOT NULL,
    topic        VARCHAR     NOT NULL,
    sender       VARCHAR,
    addressee    VARCHAR,
    publisher    VARCHAR,
    message_id   VARCHAR,
    qos          SMALLINT NOT NULL,
    priority     SMALLINT NOT NULL,
    not_before   BIGINT   NOT NULL DEFAULT 0,
    size         INT      NOT NULL,
    fields       VARCHAR     NOT NULL,
    payload      VARBINARY NOT NULL
);
CREATE INDEX sb_message_topic ON sb_message (topic, seq);
CREATE INDEX sb_message_time ON sb_message (time_millis);

CREATE TABLE sb_session (
    name            VARCHAR    PRIMARY KEY,
    owner           BIGINT,
    expiry_millis   BIGINT  NOT NULL,
    detached_millis BIGINT,
    messages_max    INT     NOT NULL,
    bytes_max       BIGINT  NOT NULL,
    overflow        VARCHAR    NOT NULL,
    unclean         BOOLEAN NOT NULL DEFAULT FALSE,
    broadcast       BOOLEAN NOT NULL DEFAULT TRUE,
    to_pattern      VARCHAR,
    from_pattern    VARCHAR
);

CREATE TABLE sb_instance (
    owner BIGINT PRIMARY KEY,
    beats BIGINT NOT NULL
);

CREATE TABLE sb_subscription (
    session             VARCHAR     NOT NULL REFERENCES sb_session ON DELETE CASCADE,
    filter              VARCHAR     NOT NULL,
    share_group         VARCHAR     NOT NULL,
    queue               VARCHAR     NOT NULL,
    exact               BOOLEAN  NOT NULL,
    pattern             VARCHAR     NOT NULL,
    qos                 SMALLINT NOT NULL,
    subscription_id     INT      NOT NULL,
    no_local            BOOLEAN  NOT NULL,
    retain_as_published BOOLEAN  NOT NULL,
    PRIMARY KEY (session, filter, share_group)
);
CREATE INDEX sb_subscription_filter ON sb_subscription (filter);

CREATE TABLE sb_delivery (
    queue       VARCHAR     NOT NULL,
    seq         BIGINT   NOT NULL REFERENCES sb_message,
    qos         SMALLINT NOT NULL,
    priority    SMALLINT NOT NULL,
    not_before  BIGINT   NOT NULL,
    size        INT      NOT NULL,
    claimed_by  VARCHAR,
    offered     BOOLEAN  NOT NULL DEFAULT FALSE,
    delivery_id INT      NOT NULL DEFAULT 0,
    attempts    INT      NOT NULL DEFAULT 0,
    PRIMARY KEY (queue, seq)
);
CREATE INDEX sb_delivery_next ON sb_delivery (queue, priority DESC, seq);
CREATE INDEX sb_delivery_seq ON sb_delivery (seq);
CREATE INDEX sb_delivery_claim ON sb_delivery (claimed_by);

CREATE TABLE sb_seen (
    key_text    VARCHAR   PRIMARY KEY,
    seq         BIGINT NOT NULL,
    time_millis BIGINT NOT NULL
);
CREATE INDEX sb_seen_time ON sb_seen (time_millis);

CREATE TABLE sb_dead_letter (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time_millis BIGINT NOT NULL,
    queue       VARCHAR   NOT NULL,
    session     VARCHAR   NOT NULL,
    reason      VARCHAR   NOT NULL,
    detail      VARCHAR   NOT NULL,
    attempts    INT    NOT NULL,
    seq         BIGINT NOT NULL,
    topic       VARCHAR   NOT NULL,
    fields      VARCHAR   NOT NULL,
    payload     VARBINARY  NOT NULL
);

-- As Debezium's outbox event router reads it.
CREATE TABLE outbox (
    id            UUID         PRIMARY KEY,
    aggregatetype VARCHAR(255) NOT NULL,
    aggregateid   VARCHAR(255) NOT NULL,
    type          VARCHAR(255) NOT NULL,
    payload       VARBINARY        NOT NULL,
    position      BIGINT       GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX outbox_position ON outbox (position);

CREATE TABLE inbox (
    consumer    VARCHAR(255) NOT NULL,
    message_id  VARCHAR(255) NOT NULL,
    time_millis BIGINT       NOT NULL,
    PRIMARY KEY (consumer, message_id)
);
CREATE INDEX inbox_time ON inbox (time_millis);

