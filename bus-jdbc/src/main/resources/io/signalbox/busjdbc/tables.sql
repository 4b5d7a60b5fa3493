-- For PostgreSQL and H2. What a bus has published and nobody has sent yet, in the order in which it was written.
CREATE TABLE IF NOT EXISTS bus_outbox (
    position     BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic        VARCHAR NOT NULL,
    ordering_key VARCHAR,
    fields       VARCHAR NOT NULL,
    payload      BYTEA   NOT NULL,
    set_aside    VARCHAR
);
CREATE INDEX IF NOT EXISTS bus_outbox_key ON bus_outbox (ordering_key, position);

-- Which process sends, and until when; one row.
CREATE TABLE IF NOT EXISTS bus_outbox_sender (
    id           INT     PRIMARY KEY,
    owner        VARCHAR NOT NULL,
    until_millis BIGINT  NOT NULL
);
INSERT INTO bus_outbox_sender (id, owner, until_millis)
SELECT 1, '', 0 WHERE NOT EXISTS (SELECT 1 FROM bus_outbox_sender);

-- What each bus has handled ("bus:NAME"), and what each handler that asks for itself ("handler:NAME").
CREATE TABLE IF NOT EXISTS bus_inbox (
    consumer       VARCHAR NOT NULL,
    message_id     VARCHAR NOT NULL,
    handled_millis BIGINT  NOT NULL,
    PRIMARY KEY (consumer, message_id)
);
CREATE INDEX IF NOT EXISTS bus_inbox_age ON bus_inbox (handled_millis);
