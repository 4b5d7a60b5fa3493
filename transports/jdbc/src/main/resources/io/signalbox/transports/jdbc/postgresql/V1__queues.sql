-- Messages, and who is owed them. A message is kept once, however many queues it is in.

-- Each publish takes a block of a thousand numbers, so that a batch has neighbours.
CREATE SEQUENCE sb_sequence INCREMENT BY 1000 START WITH 1000;

-- Publishes share it, a change of subscriptions has it alone: between the past and the live stream nothing is missing.
CREATE TABLE sb_gate (id INT PRIMARY KEY);
INSERT INTO sb_gate VALUES (1);

CREATE TABLE sb_message (
    seq          BIGINT   PRIMARY KEY,
    time_millis  BIGINT   NOT NULL,
    topic        TEXT     NOT NULL,
    sender       TEXT,
    addressee    TEXT,
    publisher    TEXT,
    message_id   TEXT,
    qos          SMALLINT NOT NULL,
    priority     SMALLINT NOT NULL,
    not_before   BIGINT   NOT NULL DEFAULT 0,
    size         INT      NOT NULL,
    fields       TEXT     NOT NULL,
    payload      BYTEA    NOT NULL
);
CREATE INDEX sb_message_topic ON sb_message (topic, seq);
CREATE INDEX sb_message_time ON sb_message (time_millis);

CREATE TABLE sb_session (
    name            TEXT    PRIMARY KEY,
    owner           BIGINT,
    expiry_millis   BIGINT  NOT NULL,
    detached_millis BIGINT,
    messages_max    INT     NOT NULL,
    bytes_max       BIGINT  NOT NULL,
    overflow        TEXT    NOT NULL,
    unclean         BOOLEAN NOT NULL DEFAULT FALSE,
    broadcast       BOOLEAN NOT NULL DEFAULT TRUE,
    to_pattern      TEXT,
    from_pattern    TEXT
);

CREATE TABLE sb_instance (
    owner BIGINT PRIMARY KEY,
    beats BIGINT NOT NULL
);

CREATE TABLE sb_subscription (
    session             TEXT     NOT NULL REFERENCES sb_session ON DELETE CASCADE,
    filter              TEXT     NOT NULL,
    share_group         TEXT     NOT NULL,
    queue               TEXT     NOT NULL,
    exact               BOOLEAN  NOT NULL,
    pattern             TEXT     NOT NULL,
    qos                 SMALLINT NOT NULL,
    subscription_id     INT      NOT NULL,
    no_local            BOOLEAN  NOT NULL,
    retain_as_published BOOLEAN  NOT NULL,
    PRIMARY KEY (session, filter, share_group)
);
CREATE INDEX sb_subscription_filter ON sb_subscription (filter);

CREATE TABLE sb_delivery (
    queue       TEXT     NOT NULL,
    seq         BIGINT   NOT NULL REFERENCES sb_message,
    qos         SMALLINT NOT NULL,
    priority    SMALLINT NOT NULL,
    not_before  BIGINT   NOT NULL,
    size        INT      NOT NULL,
    claimed_by  TEXT,
    offered     BOOLEAN  NOT NULL DEFAULT FALSE,
    delivery_id INT      NOT NULL DEFAULT 0,
    attempts    INT      NOT NULL DEFAULT 0,
    PRIMARY KEY (queue, seq)
);
CREATE INDEX sb_delivery_next ON sb_delivery (queue, priority DESC, seq) WHERE claimed_by IS NULL;
CREATE INDEX sb_delivery_seq ON sb_delivery (seq);
CREATE INDEX sb_delivery_claim ON sb_delivery (claimed_by) WHERE claimed_by IS NOT NULL;

CREATE TABLE sb_seen (
    key_text    TEXT   PRIMARY KEY,
    seq         BIGINT NOT NULL,
    time_millis BIGINT NOT NULL
);
CREATE INDEX sb_seen_time ON sb_seen (time_millis);

CREATE TABLE sb_dead_letter (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time_millis BIGINT NOT NULL,
    queue       TEXT   NOT NULL,
    session     TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    detail      TEXT   NOT NULL,
    attempts    INT    NOT NULL,
    seq         BIGINT NOT NULL,
    topic       TEXT   NOT NULL,
    fields      TEXT   NOT NULL,
    payload     BYTEA  NOT NULL
);

-- As Debezium's outbox event router reads it.
CREATE TABLE outbox (
    id            UUID         PRIMARY KEY,
    aggregatetype VARCHAR(255) NOT NULL,
    aggregateid   VARCHAR(255) NOT NULL,
    type          VARCHAR(255) NOT NULL,
    payload       BYTEA        NOT NULL,
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

-- For psql and triggers: publishes a message, at least once, as the transport itself does.
CREATE FUNCTION sb_publish(topic TEXT, payload BYTEA, fields TEXT DEFAULT '{}') RETURNS BIGINT
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    number BIGINT;
    now_millis BIGINT := (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT;
BEGIN
    PERFORM 1 FROM sb_gate WHERE id = 1 FOR SHARE;
    number := nextval('sb_sequence');
    INSERT INTO sb_message (seq, time_millis, topic, sender, addressee, message_id, qos, priority, not_before, size,
                            fields, payload)
    VALUES (number, now_millis, sb_publish.topic, sb_publish.fields::jsonb ->> 'sb-from',
            sb_publish.fields::jsonb ->> 'sb-to', sb_publish.fields::jsonb ->> 'sb-id',
            COALESCE((sb_publish.fields::jsonb ->> 'sb-qos')::SMALLINT, 1),
            COALESCE((sb_publish.fields::jsonb ->> 'sb-priority')::SMALLINT, 4),
            0, length(sb_publish.payload), sb_publish.fields, sb_publish.payload);
    INSERT INTO sb_delivery (queue, seq, qos, priority, not_before, size)
    SELECT s.queue, m.seq, MAX(LEAST(m.qos, s.qos)), m.priority, m.not_before, m.size
    FROM sb_message m
    JOIN sb_subscription s ON CASE WHEN s.exact THEN s.filter = m.topic ELSE '/' || m.topic ~ s.pattern END
    JOIN sb_session o ON o.name = s.session
    WHERE m.seq = number
      AND (o.detached_millis IS NULL OR LEAST(m.qos, s.qos) > 0)
      AND CASE WHEN m.addressee IS NULL THEN o.broadcast
               ELSE o.to_pattern IS NULL OR m.addressee ~ o.to_pattern END
      AND (o.from_pattern IS NULL OR m.sender ~ o.from_pattern)
    GROUP BY s.queue, m.seq, m.priority, m.not_before, m.size;
    PERFORM pg_notify(current_schema(), '');
    RETURN number;
END $$;
