-- The serials that lead to person ?1: by how many of their records and pairings, and how many people ever carried them.
WITH concerned AS (
  SELECT trainer_id, 1 AS carried, 0 AS paired
  FROM landing.customer
  WHERE subject_id = ?1 AND trainer_id IS NOT NULL
  UNION ALL
  SELECT trainer_id, 0, 1
  FROM landing.pairing
  WHERE subject_id = ?1
)
SELECT device.serialNumber AS serialNumber, SUM(concerned.carried) AS records, SUM(concerned.paired) AS pairings,
       (
         SELECT COUNT(DISTINCT carrier.subject_id)
         FROM landing.customer AS carrier
         WHERE carrier.trainer_id = device.trainer_id
       ) AS carriers
FROM concerned
JOIN landing.trainer AS device ON device.trainer_id = concerned.trainer_id
GROUP BY device.trainer_id, device.serialNumber
ORDER BY device.serialNumber
