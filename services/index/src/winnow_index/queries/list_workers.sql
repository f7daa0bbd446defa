SELECT * FROM worker_status ORDER BY service, node
