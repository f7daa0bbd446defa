-- Of the moment, not of the transaction. Nodes compare their clocks with it.
SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms
