#pragma once

namespace sagad::postgres {

/// What each role of deploy/postgres/roles.sql may do, as of the newest schema. Run after every migration, as often
/// as one likes; a role that does not exist is passed over.
inline constexpr auto grants = R"sql(

DO $$
BEGIN
  -- Who only looks: status, list, show, history, audit.
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sagad_reader') THEN
    GRANT USAGE ON SCHEMA sagad TO sagad_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA sagad TO sagad_reader;
  END IF;

  -- Who runs sagactl: hands in orders, keeps the shop's master data, asks nodes to leave, repairs orders, decides about
  -- participants and dead letters. What operators did, they cannot change.
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sagad_operator') THEN
    GRANT USAGE ON SCHEMA sagad TO sagad_operator;
    GRANT SELECT ON ALL TABLES IN SCHEMA sagad TO sagad_operator;
    GRANT INSERT ON orders, sagas, facts, outbox TO sagad_operator;
    GRANT INSERT, UPDATE ON catalog, stock, wallets TO sagad_operator;
    -- Whether a commit happened is read there: nobody but the nodes may make it look as if it had not.
    REVOKE DELETE ON commits FROM sagad_operator;
    GRANT INSERT, UPDATE ON commits TO sagad_operator;
    GRANT UPDATE (drain_wanted) ON nodes TO sagad_operator;
    GRANT INSERT, UPDATE ON operations, repairs TO sagad_operator;
    GRANT INSERT, UPDATE, DELETE ON participant_rules, group_notes TO sagad_operator;
    GRANT INSERT ON operators_log TO sagad_operator;
    GRANT UPDATE (discarded_at, discarded_by, requeued_at, requeue_result) ON dead_letters TO sagad_operator;
  END IF;

  -- The nodes. What was accepted, and what happened, no node changes or deletes.
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'sagad') THEN
    GRANT USAGE ON SCHEMA sagad TO sagad;
    GRANT USAGE ON SEQUENCE epochs TO sagad;
    GRANT SELECT ON ALL TABLES IN SCHEMA sagad TO sagad;
    GRANT INSERT ON orders, facts, dead_letters TO sagad;
    GRANT INSERT, UPDATE ON nodes, sagas, inbox, wallets, charges, reserved_units, shipments TO sagad;
    GRANT UPDATE ON stock, repairs TO sagad;
    GRANT DELETE ON dead_letters TO sagad;
    GRANT INSERT, UPDATE, DELETE ON commits, outbox TO sagad;
  END IF;
END
$$;

)sql";

} // namespace sagad::postgres
