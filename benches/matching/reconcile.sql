-- What `oplux reconcile` finds, as one statement: the number's own newest event, else that of the
-- earliest payment of its history. Streams along orders_by_time; nothing is sorted as a whole.
SELECT o.number, o.created_at, o.payment_method_id, o.result AS ecforce_result,
       CASE WHEN e.rowid IS NULL THEN 'none'
            WHEN e.merchant_management_id = o.number THEN 'direct'
            ELSE 'via-payment-history' END AS status,
       e.merchant_management_id AS matched_number, e.event_id, e.auto_result, e.manual_result,
       CASE WHEN o.result = '' THEN NULL
            WHEN e.manual_result <> '' AND e.manual_result <> o.result THEN 'manual-changed'
            WHEN e.auto_result <> o.result THEN 'auto-mismatch' END AS drift
FROM orders o
LEFT JOIN events e ON e.rowid = coalesce(
    (SELECT own.rowid FROM events own
     WHERE own.merchant_management_id = o.number
     ORDER BY own.requested_at DESC LIMIT 1),
    (SELECT other.rowid FROM payments p
     JOIN events other ON other.merchant_management_id = p.payment_number
     WHERE p.order_number = o.number
     ORDER BY p.at, p.payment_number, other.requested_at DESC LIMIT 1))
ORDER BY o.created_at, o.number;
