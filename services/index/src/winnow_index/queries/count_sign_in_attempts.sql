-- Failures of a quarter of an hour: of this name from this address, from this address, and of this name from anywhere.
SELECT
  count(*) FILTER (WHERE name = %(name)s AND address = %(address)s) AS pair,
  max(at_ms) FILTER (WHERE name = %(name)s AND address = %(address)s) AS pair_ms,
  count(*) FILTER (WHERE address = %(address)s) AS address,
  max(at_ms) FILTER (WHERE address = %(address)s) AS address_ms,
  count(*) FILTER (WHERE name = %(name)s) AS name,
  max(at_ms) FILTER (WHERE name = %(name)s) AS name_ms,
  EXISTS (SELECT FROM account_session JOIN account USING (account_id)
          WHERE account.name = %(name)s AND account_session.address = %(address)s
            AND expires_ms > %(now_ms)s AND seen_ms + idle_ms > %(now_ms)s) AS is_known
FROM sign_in_attempt
WHERE (name = %(name)s OR address = %(address)s) AND at_ms > %(since_ms)s
