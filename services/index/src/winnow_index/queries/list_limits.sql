-- Every limit with what the nodes were started with, what an operator set, and how much of it is used. Several endpoints of
-- one kind have a line each; what is used is their sum.
WITH named AS (
  SELECT name, split_part(name, '.', 1) AS api, split_part(name, '.', 2) = 'at_once' AS at_once, '' AS tenant_id
  FROM unnest(%(names)s::text[]) AS name
  UNION
  SELECT name, split_part(name, '.', 1), split_part(name, '.', 2) = 'at_once', tenant_id FROM rate_limit
), settings AS (
  SELECT split_part(api, ' ', 1) AS api, (array_agg(setting_ceiling ORDER BY used_ms DESC))[1] AS ceiling,
         nullif((array_agg(setting_per_minute ORDER BY used_ms DESC))[1], 0) AS per_minute
  FROM call_limit GROUP BY 1
), line AS (
  SELECT split_part(api, ' ', 1) AS api, tenant_id,
         count(*) FILTER (WHERE admitted) AS used, count(*) FILTER (WHERE NOT admitted) AS waiting
  FROM call_place WHERE until_ms > clock_ms() GROUP BY 1, 2
), minute AS (
  SELECT minute_ms, api, sum(used) AS used FROM rate_limit_log
  WHERE minute_ms > clock_ms() - 120000 GROUP BY minute_ms, api
), valued AS (
  SELECT named.*, set_limit.value AS set_value, set_by, set_ms,
         CASE WHEN named.tenant_id <> '' THEN NULL WHEN at_once THEN settings.ceiling
              ELSE coalesce(turn.setting_per_minute, settings.per_minute) END AS setting,
         turn.last_ms
  FROM named
  LEFT JOIN rate_limit AS set_limit USING (name, tenant_id)
  LEFT JOIN settings ON settings.api = named.api
  LEFT JOIN api_turn AS turn ON turn.api = named.api AND NOT at_once
)
SELECT name, tenant_id, coalesce(set_value, setting) AS value, setting, set_by, set_ms,
       CASE WHEN at_once THEN (SELECT coalesce(sum(used), 0) FROM line
                               WHERE line.api = valued.api AND valued.tenant_id IN ('', line.tenant_id))
            ELSE (SELECT coalesce(max(used), 0) FROM minute WHERE minute.api = valued.api) END::integer AS used,
       CASE WHEN at_once OR last_ms IS NULL
            THEN (SELECT coalesce(sum(waiting), 0) FROM line
                  WHERE line.api = valued.api AND valued.tenant_id IN ('', line.tenant_id))
            ELSE greatest(0, ceil((last_ms - clock_ms()) * coalesce(set_value, setting, 0) / 60000)) END::integer AS waiting
FROM valued
ORDER BY array_position(%(names)s::text[], name), tenant_id
