-- What version 7 adds to version 6: an imported file is known again when it has been appended to, and a refused record of
-- one says where it stands.
ALTER TABLE import_file ADD COLUMN bytes INTEGER;
UPDATE import_file SET bytes = bytes_done WHERE complete = 1;
ALTER TABLE quarantined_record ADD COLUMN file TEXT;
ALTER TABLE quarantined_record ADD COLUMN line INTEGER;
