-- A session without credit looks for what needs none, which is rarely there: without this it would read its whole queue.
CREATE INDEX sb_delivery_light ON sb_delivery (queue, priority DESC, seq) WHERE claimed_by IS NULL AND qos = 0;
