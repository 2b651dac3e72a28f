-- A new consent event: of its person.
SELECT subject_id FROM temp.new_consent
