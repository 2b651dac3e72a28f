-- The view shows every row, each person by one pseudonym that nobody else has.
SELECT ABS((SELECT COUNT(*) FROM machine_learning_curated) - (SELECT COUNT(*) FROM machine_learning_curated_rows))
     + (SELECT COUNT(*) - COUNT(DISTINCT subject) FROM pseudonym)
     + (SELECT COUNT(*) FROM pseudonym WHERE length(subject) <> 32)
