-- What version 4 adds to version 3: what the quarantine needs for a replay, given-up batches, forgetting old refusals.
ALTER TABLE watermark ADD COLUMN lost TEXT NOT NULL DEFAULT '';

CREATE TABLE refused_again (
  refused_id   INTEGER PRIMARY KEY,
  content_hash INTEGER NOT NULL UNIQUE
);
INSERT INTO refused_again (content_hash) SELECT content_hash FROM refused_message;
DROP TABLE refused_message;
ALTER TABLE refused_again RENAME TO refused_message;

ALTER TABLE quarantined_record ADD COLUMN is_message INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quarantined_record ADD COLUMN is_faithful INTEGER NOT NULL DEFAULT 1;
ALTER TABLE quarantined_record ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantined_record ADD COLUMN landed_batch INTEGER;
-- As far as it can be told afterwards: 16,381 bytes is the shortest that a cut payload can be.
UPDATE quarantined_record
SET is_message = reason IN ('message_too_long', 'too_many_records', 'bad_envelope', 'unsupported_version',
                            'needs_envelope', 'identity_conflict'),
    is_faithful = LENGTH(CAST(payload AS BLOB)) < 16381 AND INSTR(payload, '\x') = 0;
DROP VIEW quarantine;
CREATE VIEW quarantine AS
SELECT stream, reason, received, payload FROM quarantined_record WHERE landed_batch IS NULL;
