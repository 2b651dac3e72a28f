  UNION ALL
  SELECT '{stream}', device.serialNumber, reading.{time}, NULL
  FROM landing.{stream} AS reading
  JOIN owner
    ON owner.trainer_id = reading.trainer_id
    AND owner.from_ms <= reading.{time}
    AND owner.to_ms > reading.{time}
  JOIN landing.trainer AS device ON device.trainer_id = reading.trainer_id
  WHERE owner.subject_id = ?1
  UNION ALL
  SELECT '{stream}', NULL, NULL,
         CASE owner.status
           WHEN 'ambiguous' THEN 'ambiguous_serial'
           WHEN 'unpaired' THEN 'unpaired'
           WHEN 'owned' THEN 'another_person'
           ELSE 'unknown_serial'
         END
  FROM landing.{stream} AS reading
  LEFT JOIN owner
    ON owner.trainer_id = reading.trainer_id
    AND owner.from_ms <= reading.{time}
    AND owner.to_ms > reading.{time}
  WHERE reading.trainer_id IN (SELECT trainer_id FROM concerned)
    AND COALESCE(owner.subject_id, 0) <> ?1
