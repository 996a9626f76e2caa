#pragma once

namespace sagad::sqlite {

/// Schema 1. Never changed once released: the next schema is a migration of its own.
///
/// What belongs to one saga lies together under the saga's number, whatever its id looks like: a commit of a
/// thousand orders touches the pages at the tail of each table and not a thousand pages all over it.
inline constexpr auto first_light = R"sql(

-- Who may write: the node with this epoch. Each start of a node raises it, inside the commit that adds the node.
CREATE TABLE lease (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL
) STRICT;
INSERT INTO lease VALUES (1, 0);

CREATE TABLE nodes (
  epoch          INTEGER PRIMARY KEY,
  name           TEXT    NOT NULL,
  started_at     INTEGER NOT NULL,
  last_seen_at   INTEGER NOT NULL,
  stopped_at     INTEGER,
  initial_credit INTEGER NOT NULL,
  allow_faults   INTEGER NOT NULL
) STRICT;

-- Each saga id that was ever heard of, and the number under which the other tables know it.
CREATE TABLE saga_numbers (
  number INTEGER PRIMARY KEY,
  id     TEXT    NOT NULL UNIQUE
) STRICT;

-- What was accepted, as it was accepted; never changed. A checkout's saga has its order's id.
CREATE TABLE orders (
  number   INTEGER PRIMARY KEY,
  customer TEXT    NOT NULL,
  total    INTEGER NOT NULL,
  body     TEXT    NOT NULL, -- the submission's canonical text: tells a repeated order from a reused id
  input    TEXT    NOT NULL  -- the priced order: what the saga was started with
) STRICT;

-- Where each saga stands. `progress` is saga_codec's text.
CREATE TABLE sagas (
  number         INTEGER PRIMARY KEY,
  state          TEXT    NOT NULL,
  outcome        TEXT    NOT NULL,
  owner          INTEGER, -- the epoch of the node that drives it
  claimable_at   INTEGER, -- when a node may take it; null while one drives it, it is held, or it has ended
  sequence       INTEGER NOT NULL,
  step           TEXT    NOT NULL,
  next_wakeup_at INTEGER,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  definition     TEXT    NOT NULL,
  version        INTEGER NOT NULL,
  progress       TEXT    NOT NULL
) STRICT;
CREATE INDEX claimable_sagas ON sagas (claimable_at) WHERE claimable_at IS NOT NULL;
CREATE INDEX driven_sagas ON sagas (owner) WHERE owner IS NOT NULL;

-- An order's history.
CREATE TABLE facts (
  saga     INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  type     TEXT    NOT NULL,
  attempt  INTEGER NOT NULL,
  code     TEXT    NOT NULL,
  detail   TEXT    NOT NULL,
  PRIMARY KEY (saga, sequence)
) STRICT, WITHOUT ROWID;

-- What the participants remember: one row for each idempotency key, which is (saga, step).
CREATE TABLE inbox (
  saga     INTEGER NOT NULL,
  step     TEXT    NOT NULL,
  recorded TEXT    NOT NULL,
  kind     TEXT    NOT NULL, -- charge, reservation, shipment, mark; empty for an undo that came first
  code     TEXT    NOT NULL,
  detail   TEXT    NOT NULL,
  result   TEXT,
  PRIMARY KEY (saga, step)
) STRICT, WITHOUT ROWID;

-- Payment. Always: credited = balance + the charges that were not undone.
CREATE TABLE wallets (
  customer TEXT    NOT NULL PRIMARY KEY,
  balance  INTEGER NOT NULL CHECK (balance >= 0),
  credited INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE charges (
  saga     INTEGER NOT NULL,
  step     TEXT    NOT NULL,
  customer TEXT    NOT NULL,
  amount   INTEGER NOT NULL CHECK (amount >= 0),
  undone   INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (saga, step)
) STRICT, WITHOUT ROWID;

-- Inventory. Always: added = available + reserved, and reserved = the units of what was not released.
CREATE TABLE stock (
  sku       TEXT    NOT NULL PRIMARY KEY,
  available INTEGER NOT NULL CHECK (available >= 0),
  reserved  INTEGER NOT NULL CHECK (reserved >= 0),
  added     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reserved_units (
  saga     INTEGER NOT NULL,
  step     TEXT    NOT NULL,
  sku      TEXT    NOT NULL,
  units    INTEGER NOT NULL CHECK (units > 0),
  released INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (saga, step, sku)
) STRICT, WITHOUT ROWID;

-- Delivery.
CREATE TABLE shipments (
  saga      INTEGER NOT NULL,
  step      TEXT    NOT NULL,
  customer  TEXT    NOT NULL,
  cancelled INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (saga, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE catalog (
  sku   TEXT    NOT NULL PRIMARY KEY,
  price INTEGER NOT NULL CHECK (price >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters (
  id     INTEGER PRIMARY KEY,
  source TEXT    NOT NULL,
  reason TEXT    NOT NULL,
  body   BLOB    NOT NULL, -- the bytes as they came, which may be no text
  at     INTEGER NOT NULL
) STRICT;

)sql";

} // namespace sagad::sqlite
