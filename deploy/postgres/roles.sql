-- The roles that sagad knows, each with the least that it needs. Run it once per server, as a superuser or as somebody
-- with CREATEROLE, before `sagad migrate`; whoever migrates owns the schema, and grants them their rights:
--
--   psql -f deploy/postgres/roles.sql "$ADMIN_URL"
--   sagad migrate --store "$OWNER_URL"        -- again after the roles were made later: it grants, and changes nothing
--
-- They are groups and cannot log in. Give them to the users that do:
--
--   CREATE ROLE node_user LOGIN PASSWORD '...' IN ROLE sagad;
--   CREATE ROLE alice LOGIN PASSWORD '...' IN ROLE sagad_operator;
--   CREATE ROLE dashboard LOGIN PASSWORD '...' IN ROLE sagad_reader;
--
--   sagad            the nodes: drive orders and play participants; change no price and no schema, delete no order
--   sagad_operator   sagactl: hands in orders, keeps prices, stock and wallets, asks nodes to leave, repairs orders,
--                    decides about participants and dead letters
--   sagad_reader     status, list, show, history, audit: changes nothing

SELECT format('CREATE ROLE %I NOLOGIN', role)
FROM unnest(ARRAY['sagad', 'sagad_operator', 'sagad_reader']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec
