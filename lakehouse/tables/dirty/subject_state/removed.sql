-- Records of a person have left.
SELECT subject_id FROM temp.removed WHERE from_ms IS NULL AND subject_id IS NOT NULL
