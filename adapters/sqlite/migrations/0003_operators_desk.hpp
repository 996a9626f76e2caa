#pragma once

namespace sagad::sqlite {

/// Schema 3: what operators want of orders, decided about participants, and did.
inline constexpr auto operators_desk = R"sql(

ALTER TABLE nodes ADD COLUMN circuits TEXT NOT NULL DEFAULT '[]'; -- those that are not closed, as JSON

-- What an operator agreed to: one wish, for a frozen set of orders.
CREATE TABLE operations (
  number          INTEGER PRIMARY KEY AUTOINCREMENT,
  action          TEXT    NOT NULL,
  who             TEXT    NOT NULL,
  why             TEXT    NOT NULL,
  value           TEXT    NOT NULL, -- JSON
  per_second      INTEGER,
  canary          INTEGER NOT NULL,
  abort_if        TEXT,
  planned_at      INTEGER NOT NULL,
  pacer           TEXT    NOT NULL, -- who releases its repairs
  stopped_at      INTEGER,
  stopped_by      TEXT    NOT NULL DEFAULT '',
  stopped_because TEXT    NOT NULL DEFAULT ''
) STRICT;

-- One order of an operation.
CREATE TABLE repairs (
  operation        INTEGER NOT NULL,
  position         INTEGER NOT NULL, -- in the set
  saga             INTEGER NOT NULL,
  planned_sequence INTEGER NOT NULL, -- of the saga: the repair is for that state of it
  state            TEXT    NOT NULL,
  result           TEXT,             -- null until it is applied
  because          TEXT    NOT NULL,
  at               INTEGER NOT NULL, -- when `state` became what it is
  seen_sequence    INTEGER NOT NULL DEFAULT 0, -- of the saga, when it was applied or its result last looked for
  handed_to        INTEGER,          -- while released: the epoch of the node that has it
  handed_at        INTEGER,
  PRIMARY KEY (operation, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX repairs_of_saga ON repairs (saga, operation);
CREATE INDEX planned_repairs ON repairs (operation, position) WHERE state = 'planned';
CREATE INDEX released_repairs ON repairs (operation, position) WHERE state = 'released';
CREATE INDEX pending_repairs ON repairs (operation, position) WHERE result = 'pending';

-- What operators decided about calling a participant, or about one question to it.
CREATE TABLE participant_rules (
  participant TEXT    NOT NULL PRIMARY KEY,
  forced      TEXT    NOT NULL,
  who         TEXT    NOT NULL,
  why         TEXT    NOT NULL,
  since       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What operators did. Never changed.
CREATE TABLE operators_log (
  number  INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  who     TEXT    NOT NULL,
  verb    TEXT    NOT NULL,
  subject TEXT    NOT NULL,
  why     TEXT    NOT NULL,
  detail  TEXT    NOT NULL
) STRICT;

-- What operators left for each other on a group of stuck orders.
CREATE TABLE group_notes (
  cause TEXT    NOT NULL PRIMARY KEY,
  text  TEXT    NOT NULL,
  who   TEXT    NOT NULL,
  at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE dead_letters ADD COLUMN discarded_at   INTEGER;
ALTER TABLE dead_letters ADD COLUMN discarded_by   TEXT NOT NULL DEFAULT '';
ALTER TABLE dead_letters ADD COLUMN requeued_at    INTEGER;
ALTER TABLE dead_letters ADD COLUMN requeue_result TEXT NOT NULL DEFAULT '';
CREATE INDEX discarded_letters ON dead_letters (discarded_at) WHERE discarded_at IS NOT NULL;

)sql";

} // namespace sagad::sqlite
