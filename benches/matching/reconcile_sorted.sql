-- The same with joins and a window, as many would write it.
WITH numbers AS (
    SELECT number, number AS candidate, 0 AS place, '' AS at FROM orders
    UNION ALL
    SELECT order_number, payment_number, 1, at FROM payments WHERE payment_number <> order_number
), ranked AS (
    SELECT n.number, e.rowid AS event, row_number() OVER (
        PARTITION BY n.number
        ORDER BY n.place, n.at, n.candidate, e.requested_at DESC) AS rank
    FROM numbers n JOIN events e ON e.merchant_management_id = n.candidate
)
SELECT o.number, o.created_at, o.payment_method_id, o.result AS ecforce_result,
       CASE WHEN e.rowid IS NULL THEN 'none'
            WHEN e.merchant_management_id = o.number THEN 'direct'
            ELSE 'via-payment-history' END AS status,
       e.merchant_management_id AS matched_number, e.event_id, e.auto_result, e.manual_result,
       CASE WHEN o.result = '' THEN NULL
            WHEN e.manual_result <> '' AND e.manual_result <> o.result THEN 'manual-changed'
            WHEN e.auto_result <> o.result THEN 'auto-mismatch' END AS drift
FROM orders o
LEFT JOIN ranked r ON r.number = o.number AND r.rank = 1
LEFT JOIN events e ON e.rowid = r.event
ORDER BY o.created_at, o.number;
