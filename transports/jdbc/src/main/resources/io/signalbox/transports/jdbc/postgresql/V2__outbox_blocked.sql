-- The row of an aggregate that could not be published, for what reason, and when the aggregate is tried again.
CREATE TABLE outbox_blocked (
    aggregatetype   VARCHAR(255) NOT NULL,
    aggregateid     VARCHAR(255) NOT NULL,
    id              UUID         NOT NULL,
    attempts        INT          NOT NULL,
    reason          TEXT         NOT NULL,
    next_try_millis BIGINT       NOT NULL,
    PRIMARY KEY (aggregatetype, aggregateid)
);
