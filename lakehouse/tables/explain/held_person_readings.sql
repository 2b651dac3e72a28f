  UNION ALL
  SELECT '{stream}', NULL, {time}, NULL
  FROM landing.{stream}
  WHERE subject_id = ?1
