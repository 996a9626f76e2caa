-- For pgbench: an order by the same five steps without an engine. Each is one statement and one commit that moves the saga
-- on, remembers the answer under its key, books the effect and keeps the fact; and that is all: no timeouts, no retries, no
-- compensation, nobody who takes over.
\set n random(1, 1000000000000)
\set wallet :n % 1000
\set shelf :n % 40
WITH s AS (INSERT INTO plain.sagas VALUES (:n, 'running', 0)) INSERT INTO plain.facts VALUES (:n, 0, 'accepted');
WITH l AS (UPDATE plain.wallets SET balance = balance - 5 WHERE id = :wallet), e AS (INSERT INTO plain.effects VALUES (:n, 'charge', 5)), i AS (INSERT INTO plain.inbox VALUES (:n, 'charge', 'succeeded')), f AS (INSERT INTO plain.facts VALUES (:n, 1, 'charged')) UPDATE plain.sagas SET step = 1 WHERE id = :n;
WITH l AS (UPDATE plain.stock SET available = available - 1 WHERE id = :shelf), e AS (INSERT INTO plain.effects VALUES (:n, 'reserve', 1)), i AS (INSERT INTO plain.inbox VALUES (:n, 'reserve', 'succeeded')), f AS (INSERT INTO plain.facts VALUES (:n, 2, 'reserved')) UPDATE plain.sagas SET step = 2 WHERE id = :n;
WITH e AS (INSERT INTO plain.effects VALUES (:n, 'deliver', 0)), i AS (INSERT INTO plain.inbox VALUES (:n, 'deliver', 'succeeded')), f AS (INSERT INTO plain.facts VALUES (:n, 3, 'scheduled')) UPDATE plain.sagas SET step = 3 WHERE id = :n;
WITH i AS (INSERT INTO plain.inbox VALUES (:n, 'confirm', 'succeeded')), f AS (INSERT INTO plain.facts VALUES (:n, 4, 'confirmed')) UPDATE plain.sagas SET state = 'completed', step = 4 WHERE id = :n;
