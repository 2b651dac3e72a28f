-- What version 5 adds to version 4: payloads that expire are found without reading those that have.
CREATE INDEX kept_payload ON quarantined_record (received) WHERE payload <> '';
