#pragma once

namespace sagad::postgres {

/// Schema 1. Never changed once released: the next schema is a migration of its own.
///
/// Ids compare by their bytes (COLLATE "C"): cheaper than any language's rules, and the order in which the engine
/// compares them too. Times are milliseconds since 1970, UTC. Rows that change often have room on their page for
/// their next version, and no index on what changes: such an update touches one page.
inline constexpr auto real_nodes = R"sql(

-- Each start of a node is an incarnation with an epoch of its own. Who may write: an incarnation that is neither
-- fenced nor stopped. Every transaction that writes locks its own row FOR KEY SHARE; who fences it locks it FOR
-- UPDATE, and so waits for commits in flight and is seen by every later one. Beats conflict with neither.
CREATE SEQUENCE epochs AS bigint;
CREATE TABLE nodes (
  epoch          bigint  PRIMARY KEY,
  name           text    COLLATE "C" NOT NULL,
  started_at     bigint  NOT NULL,
  last_seen_at   bigint  NOT NULL,
  beats          bigint  NOT NULL DEFAULT 0, -- rises while it lives; what the others watch
  stopped_at     bigint,
  fenced_at      bigint,
  fenced_by      bigint,
  drain_wanted   boolean NOT NULL DEFAULT false,
  has_orphans    boolean NOT NULL DEFAULT true, -- of one that is gone: what it drove may not all be claimed yet
  broker         text    NOT NULL DEFAULT '',
  plays          text[]  NOT NULL,
  initial_credit bigint  NOT NULL,
  allow_faults   boolean NOT NULL,
  publishes      boolean NOT NULL
) WITH (fillfactor = 40);

-- The last transaction that each session committed. When the answer to a COMMIT gets lost, it tells what became of
-- it; and to lock the row is to wait until the old backend is through. (pg_xact_status would not do: after a crash
-- of the server, an id whose transaction never became durable is given out again.)
CREATE TABLE commits (
  session text COLLATE "C" PRIMARY KEY,
  last    bigint NOT NULL,
  at      timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 40);

-- What was accepted, as it was accepted; never changed. A checkout's saga has its order's id.
CREATE TABLE orders (
  id       text   COLLATE "C" PRIMARY KEY,
  customer text   COLLATE "C" NOT NULL,
  total    bigint NOT NULL,
  body     text   NOT NULL, -- the submission's canonical text: tells a repeated order from a reused id
  input    text   NOT NULL  -- the priced order: what the saga was started with
);

-- Where each saga stands. `progress` is saga_codec's text.
CREATE TABLE sagas (
  id             text    COLLATE "C" PRIMARY KEY,
  number         bigint  GENERATED ALWAYS AS IDENTITY, -- rises with each order that is accepted
  state          text    COLLATE "C" NOT NULL,
  outcome        text    COLLATE "C" NOT NULL,
  owner          bigint, -- the epoch of the node that drives it
  claimable_at   bigint, -- when a node may take it; null while one drives it, it is held, or it has ended
  sequence       bigint  NOT NULL,
  step           text    NOT NULL,
  next_wakeup_at bigint,
  created_at     bigint  NOT NULL,
  updated_at     bigint  NOT NULL,
  definition     text    NOT NULL,
  version        integer NOT NULL,
  progress       text    NOT NULL
) WITH (fillfactor = 40);
CREATE INDEX sagas_by_number ON sagas (number);
CREATE INDEX claimable_sagas ON sagas (claimable_at, number) WHERE claimable_at IS NOT NULL;
CREATE INDEX driven_sagas ON sagas (owner) WHERE owner IS NOT NULL AND state IN ('running', 'compensating');

-- An order's history.
CREATE TABLE facts (
  saga     text    COLLATE "C" NOT NULL,
  sequence bigint  NOT NULL,
  at       bigint  NOT NULL,
  type     text    NOT NULL,
  attempt  integer NOT NULL,
  code     text    NOT NULL,
  detail   text    NOT NULL,
  PRIMARY KEY (saga, sequence)
);

-- Sagas with facts that the broker is not known to have: all from `first` on. Few, and changing all the time: to look
-- through them once in a while is cheaper than an index on `touched_at`.
CREATE TABLE outbox (
  saga       text   COLLATE "C" PRIMARY KEY,
  first      bigint NOT NULL,
  touched_at bigint NOT NULL -- when a publication was last recorded, or the facts were last handed out
) WITH (fillfactor = 40);

-- What the participants remember: one row for each idempotency key, which is (saga, step).
CREATE TABLE inbox (
  saga     text COLLATE "C" NOT NULL,
  step     text COLLATE "C" NOT NULL,
  recorded text NOT NULL,
  kind     text NOT NULL, -- charge, reservation, shipment, mark; empty for an undo that came first
  code     text NOT NULL,
  detail   text NOT NULL,
  result   text,
  PRIMARY KEY (saga, step)
);

-- Payment. Always: credited = balance + the charges that were not undone.
CREATE TABLE wallets (
  customer text   COLLATE "C" PRIMARY KEY,
  balance  bigint NOT NULL CHECK (balance >= 0),
  credited bigint NOT NULL
) WITH (fillfactor = 60);

CREATE TABLE charges (
  saga     text    COLLATE "C" NOT NULL,
  step     text    COLLATE "C" NOT NULL,
  customer text    COLLATE "C" NOT NULL,
  amount   bigint  NOT NULL CHECK (amount >= 0),
  undone   boolean NOT NULL,
  PRIMARY KEY (saga, step)
);

-- Inventory. Always: added = available + reserved, and reserved = the units of what was not released.
CREATE TABLE stock (
  sku       text   COLLATE "C" PRIMARY KEY,
  available bigint NOT NULL CHECK (available >= 0),
  reserved  bigint NOT NULL CHECK (reserved >= 0),
  added     bigint NOT NULL
) WITH (fillfactor = 20);

CREATE TABLE reserved_units (
  saga     text    COLLATE "C" NOT NULL,
  step     text    COLLATE "C" NOT NULL,
  sku      text    COLLATE "C" NOT NULL,
  units    bigint  NOT NULL CHECK (units > 0),
  released boolean NOT NULL,
  PRIMARY KEY (saga, step, sku)
);

-- Delivery.
CREATE TABLE shipments (
  saga      text    COLLATE "C" NOT NULL,
  step      text    COLLATE "C" NOT NULL,
  customer  text    COLLATE "C" NOT NULL,
  cancelled boolean NOT NULL,
  PRIMARY KEY (saga, step)
);

CREATE TABLE catalog (
  sku   text   COLLATE "C" PRIMARY KEY,
  price bigint NOT NULL CHECK (price >= 0)
);

CREATE TABLE dead_letters (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text   NOT NULL,
  reason text   NOT NULL,
  body   bytea  NOT NULL, -- the bytes as they came, which may be no text
  at     bigint NOT NULL
);

)sql";

} // namespace sagad::postgres
